/**
 * How long ffmpeg's output will be, in seconds, by the length of its longest input: `-ss`, `-t` and `-to` in its command
 * take a part. Anything less plain than one of each is not understood, and the input taken for whole, as it is for a
 * command that is not ffmpeg's: that output may be shorter, and never is complete too early.
 */
export function cutLength(command: readonly string[]): (inputSeconds: number) => number {
  const whole = (inputSeconds: number) => inputSeconds;
  if (!/(?:^|[\\/])ffmpeg(?:\.exe)?$/.test(command[0] ?? '')) return whole;
  const starts = valuesOf(command, '-ss');
  const lengths = valuesOf(command, '-t');
  const ends = valuesOf(command, '-to');
  const given = [...starts, ...lengths, ...ends];
  const isPlain =
    !command.includes('-copyts') &&
    valuesOf(command, '-i').length === 1 &&
    starts.length <= 1 &&
    lengths.length + ends.length <= 1 &&
    given.every((value) => !Number.isNaN(timeOf(value)));
  if (!isPlain || given.length === 0) return whole;
  // As an option of the output, `-to` is where it ends, counted from where `-ss` before the input made it begin.
  const input = command.indexOf('-i');
  const seeksBefore = starts.length === 1 && command.indexOf('-ss') < input;
  const endsAfter = ends.length === 1 && command.indexOf('-to') > input;
  const start = timeOf(starts[0] ?? '0');
  const length = timeOf(lengths[0] ?? 'Infinity');
  const end = timeOf(ends[0] ?? 'Infinity') + (seeksBefore && endsAfter ? start : 0);
  return (inputSeconds) => Math.max(0, Math.min(inputSeconds - start, length, end - start));
}

function valuesOf(command: readonly string[], option: string): string[] {
  return command.flatMap((part, index) => (part === option ? [command[index + 1] ?? ''] : []));
}

/** `90`, `1.5`, `1:30`, `00:01:30.5`; `NaN` for what is none of these. */
function timeOf(text: string): number {
  if (text === 'Infinity') return Infinity;
  if (!/^(?:\d+:){0,2}\d+(?:\.\d+)?$/.test(text)) return NaN;
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

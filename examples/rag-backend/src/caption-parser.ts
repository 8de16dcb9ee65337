import { type Cue, isTiming, readCue } from './cue.js';
import { timeSlices } from './event-loop.js';

export type CaptionFormat = 'webvtt' | 'subrip';

/** What a caption file says, and what in it could not be read. */
export interface ParsedCaptions {
  readonly format: CaptionFormat;
  /** Header fields of a WebVTT file, by lower-case name: `kind`, `language`, … */
  readonly header: ReadonlyMap<string, string>;
  /** In order of their start. */
  readonly cues: readonly Cue[];
  /** The lines (from 1) of timings that cannot be read. Their cues are left out. */
  readonly malformedAt: readonly number[];
  /** How many timings can be read but have no text under them. */
  readonly silent: number;
}

const SIGNATURE = /^WEBVTT(?:[ \t]|$)/;

/**
 * Reads WebVTT or SubRip. Written for files as they are found, not as they ought to be: one bad cue
 * never costs the others. A file that begins with `WEBVTT` is WebVTT whatever it is called.
 */
export async function parseCaptions(
  text: string,
  assumed: CaptionFormat,
  nextSlice: () => Promise<void> = timeSlices(),
): Promise<ParsedCaptions> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const signed = SIGNATURE.test(lines[0] ?? '');
  const format: CaptionFormat = signed ? 'webvtt' : assumed;
  const cues: Cue[] = [];
  const malformedAt: number[] = [];
  let silent = 0;
  for (let at = 0; at < lines.length; at++) {
    const timing = lines[at] ?? '';
    if (!isTiming(timing)) continue;
    const end = endOfPayload(lines, at + 1, format);
    const read = readCue(timing, withoutNextId(lines.slice(at + 1, end), lines[end], format));
    if (read === undefined) malformedAt.push(at + 1);
    else if (read.length === 0) silent++;
    else cues.push(...read);
    at = end - 1;
    await nextSlice();
  }
  // Not every file is in order, and everything behind relies on it. The sort keeps ties as they came.
  cues.sort((a, b) => a.start - b.start);
  return { format, header: signed ? readHeader(lines) : new Map(), cues, malformedAt, silent };
}

/**
 * In WebVTT an empty line ends a cue; a line of spaces does not, and NOTE, STYLE and REGION blocks
 * between cues are passed over. SubRip files have empty lines inside cues too often to end there.
 */
function endOfPayload(lines: readonly string[], from: number, format: CaptionFormat): number {
  let end = from;
  while (end < lines.length && !isTiming(lines[end] ?? '')) {
    if (format === 'webvtt' && lines[end] === '') break;
    end++;
  }
  return end;
}

/** Takes away the number or name of the next cue where it ran into this one's text. */
function withoutNextId(
  payload: readonly string[],
  lineAfter: string | undefined,
  format: CaptionFormat,
): readonly string[] {
  if (lineAfter === undefined || !isTiming(lineAfter)) return payload;
  const isId =
    format === 'subrip' ? /^\s*\d+\s*$/.test(payload.at(-1) ?? '') : payload.at(-2)?.trim() === '';
  return isId ? payload.slice(0, -1) : payload;
}

function readHeader(lines: readonly string[]): Map<string, string> {
  const header = new Map<string, string>();
  for (const line of lines.slice(1)) {
    if (line === '' || isTiming(line)) break;
    const field = /^([\w-]+)\s*[:=]\s*(.*)$/.exec(line);
    if (field?.[1] !== undefined) header.set(field[1].toLowerCase(), (field[2] ?? '').trim());
  }
  return header;
}

/** What a part of the picture would show if there were room for all. */
export interface Wanted {
  readonly count: number;
  /** Lines of each. */
  readonly height: number;
}

export interface Shares {
  readonly running: number;
  readonly stalled: number;
  readonly failed: number;
}

/** Lines that a section takes beside its own: a blank one and its name. */
const HEADING = 2;

/**
 * How many of each are shown in `rows` lines. What is stalled and what failed have a fifth each, and one at least; then all that runs has
 * what it needs; and what it leaves is theirs, first for what is stalled.
 */
export function sharesOf(
  rows: number,
  { running, stalled, failed }: { readonly [Part in keyof Shares]: Wanted },
): Shares {
  const least = Math.floor(rows / 5) - HEADING;
  const leastOf = ({ count, height }: Wanted) =>
    Math.min(count, Math.max(1, Math.floor(least / height)));
  const shown = { running: 0, stalled: leastOf(stalled), failed: leastOf(failed) };
  let left = rows - HEADING - linesOf(stalled, shown.stalled) - linesOf(failed, shown.failed);
  const grow = (part: keyof Shares, { count, height }: Wanted): void => {
    const more = Math.max(0, Math.min(count - shown[part], Math.floor(left / height)));
    shown[part] += more;
    left -= more * height;
  };
  // Where nothing runs a line says so.
  if (running.count === 0) left -= 1;
  grow('running', running);
  grow('stalled', stalled);
  grow('failed', failed);
  return shown;
}

function linesOf({ height }: Wanted, shown: number): number {
  return shown === 0 ? 0 : HEADING + shown * height;
}

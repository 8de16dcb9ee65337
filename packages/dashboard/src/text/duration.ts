const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took: `4 ms`, `0.42 s`, `3.1 s`, `42 s`, `3 min 05 s`, `2 h 10 min`, `4 d 3 h`. */
export function durationText(ms: number): string {
  if (ms < 1) return '0 s';
  if (ms < 10) return `${Math.floor(ms)} ms`;
  if (ms < SECOND) return `${(ms / SECOND).toFixed(2)} s`;
  if (ms < 9.95 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < 59.5 * SECOND) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR - SECOND / 2) return pair(Math.round(ms / SECOND), 60, 'min', 's');
  if (ms < DAY - MINUTE / 2) return pair(Math.round(ms / MINUTE), 60, 'h', 'min');
  return pair(Math.round(ms / HOUR), 24, 'd', 'h');
}

/** How long something will take, no finer than it can be known: `a few seconds`, `40 s`, `3 min`, `2.5 h`, `4 d`. */
export function roughDurationText(ms: number): string {
  if (ms < 5 * SECOND) return 'a few seconds';
  if (ms < 55 * SECOND) return `${Math.round(ms / (5 * SECOND)) * 5} s`;
  if (ms < 55 * MINUTE) return `${Math.max(1, Math.round(ms / MINUTE))} min`;
  if (ms < 9.75 * HOUR) return `${halves(ms / HOUR)} h`;
  if (ms < 36 * HOUR) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} d`;
}

function pair(count: number, base: number, large: string, small: string): string {
  const rest = String(count % base).padStart(2, '0');
  return `${Math.floor(count / base)} ${large} ${rest} ${small}`;
}

function halves(value: number): string {
  const rounded = Math.max(1, Math.round(value * 2) / 2);
  return Number.isInteger(rounded) ? String(rounded) : rounded.toFixed(1);
}

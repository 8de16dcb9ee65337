import type { Style } from '../terminal/style.js';

/** A bar of `columns` columns, read without colours, too: heavy is done, light is left, dots are unknown. */
export function bar(percent: number | null, columns: number, style: Style): string {
  if (percent === null) return style('dim', '┄'.repeat(columns));
  const halves = Math.round((Math.min(100, Math.max(0, percent)) / 100) * columns * 2);
  // What is not quite done never looks done.
  const shown = percent < 100 ? Math.min(halves, columns * 2 - 1) : halves;
  const full = Math.floor(shown / 2);
  const half = shown % 2 === 1 ? '╸' : '';
  return (
    style('accent', '━'.repeat(full) + half) +
    style('dim', '─'.repeat(columns - full - half.length))
  );
}

/** Four columns: ` 45%`, ` 99%` until it is really done, `   –` where nobody knows. */
export function percentText(percent: number | null): string {
  return (percent === null ? '–' : `${Math.floor(percent)}%`).padStart(4);
}

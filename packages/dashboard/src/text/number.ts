const WHOLE = new Intl.NumberFormat('en');
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** With separators: `12,345`. */
export function countText(count: number): string {
  return WHOLE.format(count);
}

/** Short where there is little room: `12.3K`. */
export function shortCountText(count: number): string {
  return count < 10_000 ? WHOLE.format(count) : SHORT.format(count);
}

/** A rate per second, in the unit in which it is easiest to read: `12 segments/s`, `4.2 pages/min`, `3 files/h`. */
export function rateText(perSecond: number, unit: string | null): string {
  const what = unit === null ? '' : ` ${unit}`;
  for (const [seconds, name] of [
    [1, 's'],
    [60, 'min'],
    [3_600, 'h'],
  ] as const) {
    const rate = perSecond * seconds;
    if (rate >= 1 || name === 'h') return `${figure(rate)}${what}/${name}`;
  }
  return '';
}

/** Two digits that mean something. */
function figure(value: number): string {
  if (value >= 10_000) return SHORT.format(value);
  return value >= 9.95 ? WHOLE.format(Math.round(value)) : String(Number(value.toFixed(1)));
}

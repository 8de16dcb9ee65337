const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took, exactly enough: `40 ms`, `4.2 s`, `42 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationInWords(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return inTwo(seconds, 60, 'min', 's');
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 24 * 60) return inTwo(minutes, 60, 'h', 'min');
  return inTwo(Math.round(ms / HOUR), 24, 'd', 'h');
}

/** A time that runs, in whole seconds: `7 s`, `3 min 07 s`, `2 h 05 min`. */
export function clockOf(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / SECOND);
  if (seconds < 60) return `${seconds} s`;
  const [all, inBig, big, small] =
    seconds < 3_600
      ? [seconds, 60, 'min', 's']
      : seconds < 86_400
        ? [Math.floor(seconds / 60), 60, 'h', 'min']
        : [Math.floor(seconds / 3_600), 24, 'd', 'h'];
  return `${Math.floor(all / inBig)} ${big} ${`${all % inBig}`.padStart(2, '0')} ${small}`;
}

function inTwo(all: number, inBig: number, big: string, small: string): string {
  const rest = all % inBig;
  return `${Math.floor(all / inBig)} ${big}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** About how long, in one unit: `12 s`, `40 s`, `3 min`, `1.5 h`, `2 d`. */
export function roughly(ms: number): { readonly amount: string; readonly unit: string } {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 9.5) return { amount: `${Math.max(1, Math.round(seconds))}`, unit: 's' };
  // In fives: an estimate that ticks like a clock says more than it knows.
  if (seconds < 57.5) return { amount: `${Math.round(seconds / 5) * 5}`, unit: 's' };
  if (seconds < 3_570) return { amount: `${Math.max(1, Math.round(seconds / 60))}`, unit: 'min' };
  if (ms < 10 * HOUR) return { amount: (ms / HOUR).toFixed(1).replace(/\.0$/, ''), unit: 'h' };
  if (ms < 36 * HOUR) return { amount: `${Math.round(ms / HOUR)}`, unit: 'h' };
  return { amount: `${Math.round(ms / DAY)}`, unit: 'd' };
}

/** How long ago: `now`, `12 s ago`, `3 min ago`. */
export function agoInWords(ms: number): string {
  if (ms < SECOND) return 'now';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`;
  const { amount, unit } = roughly(ms);
  return `${amount} ${unit} ago`;
}

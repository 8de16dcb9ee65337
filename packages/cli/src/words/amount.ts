/** `12/80 segments`, `1.2/34 MB`, `45 pages`: how much of what is done. The count keeps its place as it grows. */
export function countsInWords(current: number, total: number | null, unit: string | null): string {
  if (isBytes(unit)) {
    const scale = scaleOf(total ?? current);
    const done = scaled(current, scale);
    if (total === null) return `${done} ${scale.name}`;
    const all = scaled(total, scale);
    return `${done.padStart(all.length)}/${all} ${scale.name}`;
  }
  const name = unit === null ? '' : ` ${unit}`;
  if (total === null) return `${number(current)}${name}`;
  const all = number(total);
  return `${number(current).padStart(all.length)}/${all}${name}`;
}

/** How much in a second, a minute or an hour, whichever reads best: `1.2/s`, `34 MB/s`, `12/min`. */
export function rateInWords(perSecond: number, unit: string | null): string {
  if (isBytes(unit)) {
    const scale = scaleOf(perSecond);
    return `${scaled(perSecond, scale)} ${scale.name}/s`;
  }
  // Seconds of a film in a second of work.
  if (unit === 's') return `${threeDigits(perSecond)}×`;
  const [amount, per] =
    perSecond >= 1 || perSecond === 0
      ? [perSecond, 's']
      : perSecond * 60 >= 1
        ? [perSecond * 60, 'min']
        : [perSecond * 3_600, 'h'];
  return `${threeDigits(amount)}${unit === '%' ? ' %' : ''}/${per}`;
}

/** At most one decimal, and none where it is a whole number. */
function number(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toFixed(1);
}

function threeDigits(value: number): string {
  if (value >= 100) return `${Math.round(value)}`;
  return value.toFixed(value >= 10 ? 0 : 1);
}

interface Scale {
  readonly name: string;
  readonly bytes: number;
}

const SCALES: readonly Scale[] = [
  { name: 'GB', bytes: 1e9 },
  { name: 'MB', bytes: 1e6 },
  { name: 'kB', bytes: 1e3 },
];

function scaleOf(bytes: number): Scale {
  return SCALES.find((scale) => bytes >= scale.bytes) ?? { name: 'B', bytes: 1 };
}

function scaled(bytes: number, scale: Scale): string {
  const value = bytes / scale.bytes;
  return scale.bytes === 1 ? `${Math.round(value)}` : value.toFixed(1);
}

function isBytes(unit: string | null): boolean {
  return unit === 'B' || unit === 'bytes';
}

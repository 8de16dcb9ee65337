/** An amount of memory or text: `312 bytes`, `4.2 KB`, `12 MB`, in steps of 1,024. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${Math.round(bytes)} bytes`;
  let [value, unit] = [bytes, 'bytes'];
  for (const larger of ['KB', 'MB', 'GB', 'TB']) {
    if (value < 1_000) break;
    [value, unit] = [value / 1_024, larger];
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Epoch milliseconds of a time as the API sends it; with `timestamps: 'documented'` it has no zone, and is UTC all the same. */
export function instantOf(timestamp: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(timestamp) ? timestamp : `${timestamp}Z`);
}

export function instantOrNull(timestamp: string | null): number | null {
  return timestamp === null ? null : instantOf(timestamp);
}

/** Milliseconds of which one in two, and nine in ten, cases take no more. */
export interface Spread {
  readonly p50: number;
  readonly p90: number;
}

/** A spread narrower than this claims too much. */
const LEAST_RATIO = 1.1;

/**
 * What remains of `spread` once `passedMs` of it went by and the end has not come. It is never over: what is overdue goes
 * on the longer, the longer it has been. The times in between are those of a log-logistic distribution with these two
 * quantiles, whose tail is long, and whose formula is short.
 */
export function remainingOf({ p50, p90 }: Spread, passedMs: number): Spread {
  if (passedMs <= 0 || p50 <= 0) return { p50, p90 };
  const shape = Math.log(9) / Math.log(Math.max(p90 / p50, LEAST_RATIO));
  // Beyond this everything is over but the tail, and the powers would overflow.
  const reached = Math.min((passedMs / p50) ** shape, 1e12);
  const whole = (share: number): number => p50 * ((1 + reached) / (1 - share) - 1) ** (1 / shape);
  const tail = (share: number): number => passedMs * ((1 / (1 - share)) ** (1 / shape) - 1);
  const left = (share: number): number =>
    reached < 1e12 ? Math.max(0, whole(share) - passedMs) : tail(share);
  return { p50: left(0.5), p90: left(0.9) };
}

/** Between two spreads, `share` (0 to 1) of the way from `from` to `to`. */
export function between(from: Spread, to: Spread, share: number): Spread {
  return {
    p50: from.p50 + (to.p50 - from.p50) * share,
    p90: from.p90 + (to.p90 - from.p90) * share,
  };
}

/** How little a spread says: the greater, the wider it is. */
export function widthOf({ p50, p90 }: Spread): number {
  return Math.log(Math.max(p90 / Math.max(p50, 1), LEAST_RATIO));
}

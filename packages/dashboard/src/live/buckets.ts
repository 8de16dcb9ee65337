import type { Ended } from './finished.js';

/** What ended in equal spans of time, one array per line of a chart. */
export interface Buckets {
  readonly spanMs: number;
  /** Where the first begins, in epoch milliseconds. */
  readonly start: number;
  readonly completed: readonly number[];
  readonly failed: readonly number[];
  readonly cancelled: readonly number[];
  /** Of completed tasks, in milliseconds; `null` where none ended. */
  readonly p50: readonly (number | null)[];
  readonly p90: readonly (number | null)[];
}

const MINUTE = 60_000;

/** Spans that people read easily. */
const SIX_HOURS = 360 * MINUTE;

const SPANS = [5_000, 10_000, 30_000, MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, SIX_HOURS];

/** Where so much ends that the last of it is all that is known. */
const SHORT_SPANS = [1_000, 2_000, ...SPANS];

/** How many spans a chart has. */
const COUNT = 48;

/**
 * The spans up to `now` that reach back to the first of `ended`, or as far as there is room in spans of six hours. `since`: what
 * ended before is not all known, and is left out rather than shown as less than it was; so the first span is known in part.
 */
export function buckets(ended: readonly Ended[], since: number | null, now: number): Buckets {
  const first = ended[0]?.at ?? now;
  const wanted = Math.max(now - first, 0);
  const spans = since === null ? SPANS : SHORT_SPANS;
  const spanMs = spans.find((span) => span * (COUNT - 1) >= wanted) ?? SIX_HOURS;
  const end = Math.floor(now / spanMs) + 1;
  // Clocks differ: what ended may have ended after now.
  const known = since === null ? 0 : Math.floor(since / spanMs);
  const begin = Math.max(end - COUNT, Math.min(known, end - 1));
  const size = end - begin;
  const counts = { completed: zeros(size), failed: zeros(size), cancelled: zeros(size) };
  const durations: number[][] = Array.from({ length: size }, () => []);
  for (const { at, status, durationMs } of ended) {
    const index = Math.floor(at / spanMs) - begin;
    if (index < 0 || index >= size) continue;
    counts[status][index] = (counts[status][index] ?? 0) + 1;
    if (status === 'completed' && durationMs !== null) durations[index]?.push(durationMs);
  }
  for (const list of durations) list.sort((a, b) => a - b);
  return {
    spanMs,
    start: begin * spanMs,
    ...counts,
    p50: durations.map((sorted) => quantile(sorted, 0.5)),
    p90: durations.map((sorted) => quantile(sorted, 0.9)),
  };
}

function zeros(size: number): number[] {
  return Array.from({ length: size }, () => 0);
}

/** The least value that this share of them does not exceed. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? null;
}

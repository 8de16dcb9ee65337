import { roughly } from './duration.js';

/** Milliseconds from now: one in two such tasks has ended by `p50`, nine in ten by `p90`. */
export interface Remaining {
  readonly p50: number;
  readonly p90: number;
}

/** When both are this near, one number says it all. */
const NARROW = 1.5;

/** Until when, no more exactly than is known: `about 2 min`, `2–5 min`, `40 s–3 min`, `any moment`. */
export function etaInWords({ p50, p90 }: Remaining): string {
  if (p90 < 1_000) return 'any moment';
  const [least, most] = [roughly(p50), roughly(p90)];
  if (p90 <= p50 * NARROW || (least.amount === most.amount && least.unit === most.unit))
    return `about ${least.amount} ${least.unit}`;
  return least.unit === most.unit
    ? `${least.amount}–${most.amount} ${most.unit}`
    : `${least.amount} ${least.unit}–${most.amount} ${most.unit}`;
}

/** What remains `elapsedMs` later, if nothing else has become known. */
export function later({ p50, p90 }: Remaining, elapsedMs: number): Remaining {
  return { p50: Math.max(0, p50 - elapsedMs), p90: Math.max(0, p90 - elapsedMs) };
}

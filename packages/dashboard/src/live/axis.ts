import { unitFor } from './timeline.js';

/** A little more than four steps of an axis are too many. */
const STEPS = 4.1;

/** Whole numbers from 0 to `most` at which people like to count, four steps at most. */
export function countTicks(most: number): readonly number[] {
  let step = 1;
  for (let digit = 0; most / step > STEPS; digit++) step *= digit % 3 === 1 ? 2.5 : 2;
  return upTo(most, step);
}

/** Durations from 0 to `most` at which people like to look at a clock, all in milliseconds; four steps at most. */
export function durationTicks(most: number): readonly number[] {
  return upTo(most, unitFor(most, STEPS));
}

/**
 * The instants between `from` and `to` at which people like to look at a clock, `count` steps at most, all in epoch
 * milliseconds. Those of whole hours and days are the reader's, or UTC's.
 */
export function timeTicks(
  from: number,
  to: number,
  count: number,
  isUtc: boolean,
): readonly number[] {
  const unit = unitFor(to - from, Math.max(count, 1));
  const offset = isUtc ? 0 : new Date(to).getTimezoneOffset() * 60_000;
  const first = Math.ceil((from - offset) / unit) * unit + offset;
  return upTo(to - first, unit).map((ms) => first + ms);
}

function upTo(most: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

import type { ProgressPoint } from './progress-points.js';
import type { Spread } from './spread.js';

/** Fewer points show no pace. */
const LEAST_POINTS = 4;

/** Equal pieces of work into which what is done is cut, at most. */
const PIECES = 16;

/** Fewer looks back are chance. */
const LEAST_DRIFTS = 3;

/** How much slower it may get by what has not been seen of it yet, as an exponent like those of {@link driftsOf}. */
const UNSEEN_DRIFT = 0.15;
/** In place of what too few looks back could show. */
const UNKNOWN_DRIFT = 0.35;
/** Of the typical drift so much is believed: the rest of it tends to be chance. */
const BELIEVED = 0.8;
/** 1.2816 standard deviations are exceeded once in ten times. */
const ONCE_IN_TEN = 1.28;
/** Even the steadiest work is known no better than that. */
const LEAST_WIDTH = 0.15;

/**
 * What is left to do takes, counted from the last point, by the pace of the newer half of the work. How far that can be
 * relied on the task's own past tells: at each of its pieces the same forecast is made of what followed, and how wrong it
 * was there says how wrong it is likely to be now. So work that gets slower is expected to go on getting slower, and work
 * that comes in bursts gets a wide spread. `null` for fewer than four points, or where nothing is left. O(1).
 */
export function paceSpread(points: readonly ProgressPoint[], total: number): Spread | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < LEAST_POINTS) return null;
  const left = total - last.done;
  if (left <= 0) return null;
  const pieces = Math.min(PIECES, points.length - 1);
  const times = timesOfPieces(points, pieces);
  const done = last.done - first.done;
  const piecesLeft = (left * pieces) / done;
  const straight = paceBefore(times, pieces) * piecesLeft;
  const drifts = driftsOf(times);
  const known = drifts.length >= LEAST_DRIFTS;
  const [median, highest] = known ? quantiles(drifts, 0.5, 0.9) : [0, UNKNOWN_DRIFT];
  const likely = BELIEVED * median;
  const high = Math.max(highest, likely) + UNSEEN_DRIFT;
  const growth = 1 + left / done;
  const noise = (ONCE_IN_TEN * unevenness(times)) / Math.sqrt(Math.max(1, piecesLeft));
  return {
    p50: straight * growth ** likely,
    p90: straight * growth ** high * (1 + LEAST_WIDTH + noise),
  };
}

/** When each piece of the work was done, beginning with when the first was begun. */
function timesOfPieces(points: readonly ProgressPoint[], pieces: number): readonly number[] {
  const first = points[0] as ProgressPoint;
  const last = points.at(-1) as ProgressPoint;
  const times = [first.at];
  let next = 1;
  for (let piece = 1; piece < pieces; piece++) {
    const done = first.done + ((last.done - first.done) * piece) / pieces;
    while ((points[next] as ProgressPoint).done < done) next++;
    const to = points[next] as ProgressPoint;
    const from = points[next - 1] as ProgressPoint;
    times.push(from.at + ((to.at - from.at) * (done - from.done)) / (to.done - from.done));
  }
  return [...times, last.at];
}

/** Milliseconds per piece, over the newer half of the first `count` pieces. */
function paceBefore(times: readonly number[], count: number): number {
  const pieces = Math.ceil(count / 2);
  return ((times[count] as number) - (times[count - pieces] as number)) / pieces;
}

/**
 * By how much the forecasts of the past were wrong: `growth ** drift` times as long as forecast it took until the work had
 * grown `growth` times. 0: the forecast was right; 1: each doubling of the work takes twice the time per piece.
 */
function driftsOf(times: readonly number[]): readonly number[] {
  const drifts: number[] = [];
  const pieces = times.length - 1;
  for (let from = 2; from < pieces; from++) {
    const forecast = paceBefore(times, from);
    for (let to = from + 1; to <= pieces; to++) {
      const took = ((times[to] as number) - (times[from] as number)) / (to - from);
      if (took > 0 && forecast > 0) drifts.push(Math.log(took / forecast) / growthLog(from, to));
    }
  }
  return drifts;
}

/** A page of a thousand tasks asks for a hundred thousand of these. */
const LOGS = Array.from({ length: PIECES + 1 }, (_, count) => Math.log(count));

function growthLog(from: number, to: number): number {
  return (LOGS[to] as number) - (LOGS[from] as number);
}

/** The standard deviation of the times per piece, as a share of their mean. */
function unevenness(times: readonly number[]): number {
  const took = times.slice(1).map((time, index) => time - (times[index] as number));
  const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length;
  const variance = took.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / took.length;
  return mean > 0 ? Math.sqrt(variance) / mean : 0;
}

function quantiles(
  values: readonly number[],
  ...shares: readonly [number, number]
): [number, number] {
  // Sorted by number, as no plain array is without a comparison that costs more than all the rest.
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] as number;
  return [at(shares[0]), at(shares[1])];
}

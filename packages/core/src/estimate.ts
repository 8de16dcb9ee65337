import type { Clock } from './clock.js';
import { paceSpread } from './pace.js';
import { historySpread, type PastDurations } from './past-durations.js';
import type { ProgressPoint } from './progress-points.js';
import type { Sighting, Sightings } from './sightings.js';
import { between, remainingOf, type Spread, widthOf } from './spread.js';
import type { Task } from './task.js';

/** When a running task is likely to end, and how sure that is. */
export interface Eta {
  /** Milliseconds from now: one in two such tasks has ended by `p50`, nine in ten by `p90`. Never negative. */
  readonly remainingMs: Spread;
  /** When that is at `p50`, in epoch milliseconds. */
  readonly finishesAt: number;
  /** What it follows from: the task's own progress, how long completed tasks of its type took, or both. */
  readonly basis: 'rate' | 'history' | 'blend';
  /** How many points of progress and completed tasks it follows from. */
  readonly samples: number;
}

/** With less than this done, the mean pace since the start is chance. */
const LEAST_SHARE = 0.01;

/** Many a loop reports a piece before it does it: right after the start that looks like work of no time at all. */
const LEAST_MEAN_MS = 100;

/** Estimates the end of running tasks from what was seen of them, and of those before them. */
export class Estimator {
  readonly #sightings: Sightings;
  readonly #durations: PastDurations;
  readonly #clock: Clock;

  constructor(sightings: Sightings, durations: PastDurations, clock: Clock) {
    this.#sightings = sightings;
    this.#durations = durations;
    this.#clock = clock;
  }

  async all(tasks: readonly Task[]): Promise<readonly (Eta | null)[]> {
    const seen = tasks.map((task) => this.#sightings.see(task));
    const types = seen.flatMap((sighting) => (sighting === null ? [] : [sighting.task.type]));
    const durations = await this.#durations.of(types);
    const now = this.#clock.now();
    return seen.map((sighting) =>
      sighting === null ? null : estimate(sighting, durations.get(sighting.task.type) ?? [], now),
    );
  }
}

function estimate(sighting: Sighting, durations: readonly number[], now: number): Eta | null {
  const { task, points, total } = sighting;
  const rate = rateSpread(sighting, now);
  const elapsedMs = Math.max(0, now - (task.startedAt ?? now));
  const history = durations.length === 0 ? null : historySpread(durations, elapsedMs);
  if (rate === null) {
    return history === null ? null : etaOf(history, 'history', durations.length, now);
  }
  const samples = points.all.length;
  if (history === null) return etaOf(rate, 'rate', samples, now);
  // The more is done, the more its own progress counts; and of the two the one that says more.
  const share = (points.all.at(-1) as ProgressPoint).done / (total as number);
  const ofRate = share / widthOf(rate) ** 2;
  const ofHistory = (1 - share) / widthOf(history) ** 2;
  const blend = between(history, rate, ofRate / (ofRate + ofHistory));
  return etaOf(blend, 'blend', samples + durations.length, now);
}

/** By the task's own progress; `null` while that says nothing, and once all is done but the end. */
function rateSpread({ task, points, total }: Sighting, now: number): Spread | null {
  const last = points.all.at(-1);
  if (last === undefined || total === null) return null;
  const spread = paceSpread(points.all, total) ?? meanSpread(task, last, total);
  if (spread === null) return null;
  // What is usual between two reports may have been work. What is beyond it was none, as far as can be seen.
  const silentMs = Math.max(0, now - last.at);
  const usualMs = usualGapMs(task, points.all);
  const left = remainingOf(spread, Math.min(silentMs, usualMs));
  return { p50: left.p50, p90: left.p90 + Math.max(0, silentMs - usualMs) };
}

/**
 * Whoever sees a task for the first time knows nothing but its mean pace. It may well be work of which each piece takes
 * longer than the one before, in proportion to all that is done.
 */
function meanSpread(task: Task, last: ProgressPoint, total: number): Spread | null {
  const tookMs = last.at - (task.startedAt ?? last.at);
  const share = last.done / total;
  if (tookMs < LEAST_MEAN_MS || share < LEAST_SHARE || share >= 1) return null;
  return { p50: tookMs * (1 / share - 1), p90: tookMs * (1 / share ** 2 - 1) };
}

function usualGapMs(task: Task, points: readonly ProgressPoint[]): number {
  const gaps = points.slice(1).map(({ at }, index) => at - (points[index] as ProgressPoint).at);
  if (gaps.length > 0) return Math.max(...gaps);
  const at = points[0]?.at ?? 0;
  // Its first two versions were its registration and its start.
  return (at - (task.startedAt ?? at)) / Math.max(1, task.version - 2);
}

function etaOf({ p50, p90 }: Spread, basis: Eta['basis'], samples: number, now: number): Eta {
  const likely = Math.max(0, Math.round(p50));
  return Object.freeze({
    remainingMs: Object.freeze({ p50: likely, p90: Math.max(likely, Math.round(p90)) }),
    finishesAt: Math.round(now) + likely,
    basis,
    samples,
  });
}

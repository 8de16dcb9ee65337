import {
  applyParts,
  type ChildrenChange,
  type Counts,
  endSteps,
  fractionOf,
  hasParts,
  NO_STEPS,
  type Parts,
  percentAfter,
  type StepChange,
} from './parts.js';
import type { TaskStatus } from './task.js';

/** How far a task is, as far as it said so. */
export interface Progress extends Parts {
  readonly message: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly unit: string | null;
  /**
   * 0 to 100, two decimals. From `current` and `total` where the task gave both, else as it gave it, else from its steps
   * and child tasks: then it never falls, and is 100 when the task is completed and not before.
   */
  readonly percent: number | null;
  /** When the task last said anything of its progress: the clock that tells a stuck task from a busy one. */
  readonly updatedAt: number;
}

/** What changes in a task's progress: a field left out stays as it is, `null` clears it. */
export interface ProgressUpdate {
  readonly message?: string | null;
  /** ≥ 0, and not above `total`. */
  readonly current?: number | null;
  /** ≥ 0. */
  readonly total?: number | null;
  /** What is counted: `segments`. */
  readonly unit?: string | null;
  /** 0 to 100, for work that knows no counts. */
  readonly percent?: number | null;
}

/** What a store merges into a task's progress: what its code said, and what became of its parts. */
export interface ProgressChange extends ProgressUpdate {
  readonly steps?: readonly StepChange[];
  readonly children?: readonly ChildrenChange[];
}

/**
 * The progress after `change`. Every store uses this one rule, in the same atomic step as the write: a message alone
 * leaves the counts, and so the bar, where they are.
 */
export function applyProgress(
  previous: Progress | null,
  change: ProgressChange,
  at: number,
): Progress {
  const kept = previous ?? NOTHING_YET;
  const { steps, children } = change;
  const parts = steps || children ? applyParts(kept, steps, children) : kept;
  const current = change.current === undefined ? kept.current : change.current;
  const total = change.total === undefined ? kept.total : change.total;
  const own = percentAfter(kept, change, current, total);
  return Object.freeze({
    message: change.message === undefined ? messageBeside(kept, steps) : change.message,
    current,
    total,
    unit: change.unit === undefined ? kept.unit : change.unit,
    percent: hasParts(parts)
      ? percentWithParts(own, kept.percent, change, current, total, parts)
      : own,
    updatedAt: previous === null || at > previous.updatedAt ? at : previous.updatedAt,
    steps: parts.steps,
    children: parts.children,
  });
}

/**
 * One change that does what both do, one after the other: applied, it makes the same progress. Its size is that of what it
 * changes, however many changes went into it.
 */
export function mergeProgress(earlier: ProgressChange, later: ProgressChange): ProgressChange {
  const merged: { -readonly [K in keyof ProgressChange]: ProgressChange[K] } = {
    ...mergeUpdates(earlier, later),
  };
  if (later.message === undefined) {
    const begun =
      beginsStep(later.steps) || (merged.message === undefined && beginsStep(earlier.steps));
    if (begun) merged.message = null;
  }
  if (earlier.steps && later.steps) merged.steps = mergeSteps(earlier.steps, later.steps);
  if (earlier.children && later.children)
    merged.children = mergeChildren(earlier.children, later.children);
  return merged;
}

function mergeUpdates<Update extends ProgressUpdate>(earlier: Update, later: Update): Update {
  const countsAnew = later.current !== undefined || later.total !== undefined;
  const outdated = countsAnew && later.percent === undefined && { percent: undefined };
  return { ...earlier, ...outdated, ...later };
}

function mergeSteps(
  earlier: readonly StepChange[],
  later: readonly StepChange[],
): readonly StepChange[] {
  const byName = new Map<string, StepChange>();
  for (const change of [...earlier, ...later]) {
    const before = byName.get(change.name);
    const progress =
      before?.progress && change.progress
        ? mergeUpdates(before.progress, change.progress)
        : (change.progress ?? before?.progress);
    byName.set(change.name, { ...before, ...change, ...(progress && { progress }) });
  }
  return [...byName.values()];
}

function mergeChildren(
  earlier: readonly ChildrenChange[],
  later: readonly ChildrenChange[],
): readonly ChildrenChange[] {
  return [...new Map([...earlier, ...later].map((change) => [change.step, change])).values()];
}

/** The progress of a task that ends: no step goes on, and what is completed is done wholly. */
export function endProgress(
  progress: Progress | null,
  status: TaskStatus,
  at: number,
): Progress | null {
  if (progress === null || !hasParts(progress)) return progress;
  const counted = progress.current !== null && progress.total !== null;
  return Object.freeze({
    ...progress,
    percent: status === 'completed' && !counted ? 100 : progress.percent,
    steps: endSteps(progress.steps, at),
  });
}

const NOTHING_YET = {
  message: null,
  current: null,
  total: null,
  unit: null,
  percent: null,
  steps: NO_STEPS,
  children: null,
};

/** A step that begins is the news: what the task said before it would hide it. */
function messageBeside(kept: Counts, steps: readonly StepChange[] | undefined): string | null {
  return beginsStep(steps) ? null : kept.message;
}

function beginsStep(steps: readonly StepChange[] | undefined): boolean {
  return steps?.some((step) => step.status === 'running') ?? false;
}

/** All of its parts may have ended and the task still go on: only `completed` is 100 %. */
const MOST_BEFORE_THE_END = 99.99;

/** What the task says of itself counts; else what its parts come to. More of them may come, and it never falls. */
function percentWithParts(
  own: number | null,
  before: number | null,
  change: ProgressChange,
  current: number | null,
  total: number | null,
  parts: Parts,
): number | null {
  if (change.percent !== undefined || (current !== null && total !== null)) return own;
  const fraction = fractionOf(parts);
  if (fraction === null) return before;
  const percent = Math.min(Math.round(fraction * 10_000) / 100, MOST_BEFORE_THE_END);
  return before === null ? percent : Math.max(before, percent);
}

/**
 * Progress as one line for people: its message, else `12/80 segments (15%)`, else what the running step says with its
 * name in front, else `null`.
 */
export function describeProgress(progress: Progress | null): string | null {
  if (progress === null) return null;
  if (progress.message !== null || progress.current !== null) return describeCounts(progress);
  const step = progress.steps.findLast(({ status }) => status === 'running');
  if (step === undefined) return describeCounts(progress);
  const text = describeCounts(step);
  return text === null ? step.name : `${step.name}: ${text}`;
}

function describeCounts({ message, current, total, unit, percent }: Counts): string | null {
  if (message !== null) return message;
  const counted = current === null ? '' : total === null ? `${current}` : `${current}/${total}`;
  // No more than is done: 99.99 are not yet 100.
  const share = percent === null ? '' : `${Math.floor(percent)}%`;
  if (counted === '') return share === '' ? null : share;
  const amount = unit === null ? counted : `${counted} ${unit}`;
  return share === '' ? amount : `${amount} (${share})`;
}

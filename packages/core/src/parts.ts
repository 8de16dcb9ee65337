import type { ProgressUpdate } from './progress.js';
import { isFinished, type TaskStatus } from './task.js';

/** A named part of a task's work, as {@link RunContext.step} reports it. */
export interface Step {
  /** Unlike the names of the task's other steps. */
  readonly name: string;
  /** The step that it is a part of; `null` if it stands on its own. */
  readonly within: string | null;
  /** Its share of the progress, beside the weights of the other parts; 0: none. */
  readonly weight: number;
  /** Whether it was known before it began, as one of those that the task will have. */
  readonly planned: boolean;
  /** `pending`: planned, not begun. */
  readonly status: TaskStatus;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly message: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly unit: string | null;
  /** As it said itself; what its own parts come to is not written here. */
  readonly percent: number | null;
  /** What the child tasks that were begun in it come to. */
  readonly children: ChildrenProgress | null;
}

/** What child tasks add up to. */
export interface ChildrenProgress {
  /** The sum of their weights. */
  readonly weight: number;
  /** The same, each times how far it is: 1 once it is completed, or ended and others went on, 0 while it says nothing. */
  readonly done: number;
}

/** What becomes of a step; one that is not there yet is added. */
export interface StepChange {
  readonly name: string;
  readonly within?: string | null;
  readonly weight?: number;
  readonly planned?: boolean;
  readonly status?: TaskStatus;
  readonly startedAt?: number;
  readonly completedAt?: number;
  readonly progress?: ProgressUpdate;
}

/** What the children of a step come to by now, or with `null` those that stand beside the steps. */
export interface ChildrenChange extends ChildrenProgress {
  readonly step: string | null;
}

/** What a task's progress knows of its parts. */
export interface Parts {
  readonly steps: readonly Step[];
  readonly children: ChildrenProgress | null;
}

/** Steps that a task keeps. Whoever has more of them has child tasks. */
export const MAX_STEPS = 100;

export const NO_STEPS: readonly Step[] = Object.freeze([]);

export function hasParts({ steps, children }: Parts): boolean {
  return steps.length > 0 || children !== null;
}

/** The parts after both kinds of changes. Steps beyond {@link MAX_STEPS} are left out. */
export function applyParts(
  parts: Parts,
  stepChanges: readonly StepChange[] = [],
  childrenChanges: readonly ChildrenChange[] = [],
): Parts {
  const steps = [...parts.steps];
  for (const change of stepChanges) {
    const index = steps.findIndex((step) => step.name === change.name);
    const known = steps[index];
    if (known !== undefined) steps[index] = applyStep(known, change);
    else if (steps.length < MAX_STEPS) steps.push(applyStep(A_STEP, change));
  }
  let { children } = parts;
  for (const { step: name, weight, done } of childrenChanges) {
    const sum = Object.freeze({ weight, done });
    const index = name === null ? -1 : steps.findIndex((step) => step.name === name);
    const step = steps[index];
    if (step !== undefined) steps[index] = Object.freeze({ ...step, children: sum });
    else if (name === null) children = sum;
  }
  return { steps: Object.freeze(steps), children };
}

/** No step goes on when its task is over: what became of one that was running nobody waited for. */
export function endSteps(steps: readonly Step[], at: number): readonly Step[] {
  if (!steps.some((step) => step.status === 'running')) return steps;
  return Object.freeze(
    steps.map((step) =>
      step.status === 'running'
        ? Object.freeze({ ...step, status: 'cancelled', completedAt: at })
        : step,
    ),
  );
}

/**
 * How much is done of all parts, from 0 to 1: Σ weight × fraction by Σ weight, where a part that is completed counts as done
 * and one that says nothing as not begun. One that failed or was cancelled counts for what it had reached, since the task may
 * end with it, and as done once another began or was completed after it. `null` while no part tells anything; and when all have
 * ended that are known, of steps that nobody planned, since more will come.
 */
export function fractionOf({ steps, children }: Parts): number | null {
  const open = children !== null || steps.some((step) => step.planned || !isFinished(step.status));
  return open ? fractionWithin(steps, null, children) : null;
}

function fractionWithin(
  steps: readonly Step[],
  within: string | null,
  children: ChildrenProgress | null,
): number | null {
  let weight = children?.weight ?? 0;
  let done = children?.done ?? 0;
  let isKnown = done > 0;
  for (const step of steps) {
    if (step.within !== within) continue;
    const fraction = fractionOfStep(step, steps);
    weight += step.weight;
    if (fraction === null) continue;
    isKnown = true;
    done += step.weight * fraction;
  }
  return isKnown && weight > 0 ? done / weight : null;
}

function fractionOfStep(step: Step, steps: readonly Step[]): number | null {
  if (step.status === 'completed' || (isFinished(step.status) && wentOnAfter(step, steps)))
    return 1;
  if (step.percent !== null) return step.percent / 100;
  // A step is planned or begun after the one that it is within, so this comes to an end.
  const later = steps.slice(steps.indexOf(step) + 1);
  return fractionWithin(later, step.name, step.children);
}

/** Whether the task got over the end of a step. */
function wentOnAfter(ended: Step, steps: readonly Step[]): boolean {
  const { completedAt: end } = ended;
  return (
    end !== null &&
    steps.some(
      (step) => step !== ended && ((step.startedAt ?? -1) >= end || completedTime(step) >= end),
    )
  );
}

function completedTime({ status, completedAt }: Step): number {
  return status === 'completed' ? (completedAt ?? -1) : -1;
}

const A_STEP: Step = Object.freeze({
  name: '',
  within: null,
  weight: 1,
  planned: false,
  status: 'pending',
  startedAt: null,
  completedAt: null,
  message: null,
  current: null,
  total: null,
  unit: null,
  percent: null,
  children: null,
});

function applyStep(step: Step, { progress, ...change }: StepChange): Step {
  return Object.freeze({ ...step, ...change, ...(progress && applyCounts(step, progress)) });
}

/** What a task or a step says of itself. */
export type Counts = Pick<Step, 'message' | 'current' | 'total' | 'unit' | 'percent'>;

function applyCounts(kept: Counts, update: ProgressUpdate): Counts {
  const current = update.current === undefined ? kept.current : update.current;
  const total = update.total === undefined ? kept.total : update.total;
  return {
    message: update.message === undefined ? kept.message : update.message,
    current,
    total,
    unit: update.unit === undefined ? kept.unit : update.unit,
    percent: percentAfter(kept, update, current, total),
  };
}

/** The percentage that was given, else the one of the counts if any of them was given, else the one there was. */
export function percentAfter(
  kept: Counts,
  update: ProgressUpdate,
  current: number | null,
  total: number | null,
): number | null {
  if (update.percent !== undefined) return update.percent;
  if (update.current === undefined && update.total === undefined) return kept.percent;
  if (current === null || total === null || total === 0) return null;
  return Math.min(100, Math.round((current / total) * 10_000) / 100);
}

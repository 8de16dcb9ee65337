import { applyProgress, endProgress, type Progress } from './progress.js';
import type { NewTask, TaskPatch } from './store.js';
import { type Execution, isFinished, type Task } from './task.js';

/** The pending task that a store keeps for `made`. `execution`: for a store that has an equal one already. */
export function newTask(
  made: NewTask,
  number: number,
  execution: Execution = newExecution(made),
): Task {
  return Object.freeze({
    id: made.id,
    number,
    version: 1,
    status: 'pending',
    type: made.type,
    name: made.name,
    command: made.command,
    metadata: made.metadata,
    tags: made.tags,
    createdAt: made.createdAt,
    startedAt: null,
    completedAt: null,
    progress: null,
    result: null,
    error: null,
    execution,
  });
}

export function newExecution({ parent, owner, driver }: NewTask): Execution {
  return parent === null && owner === null && driver === 'caller'
    ? UNTOUCHED
    : Object.freeze({ ...UNTOUCHED, parent, owner, driver });
}

/** One object for the many tasks that are still only registered. */
const UNTOUCHED: Execution = Object.freeze({
  parent: null,
  owner: null,
  driver: 'caller',
  cancel: null,
  endedBy: null,
  lateOutcome: null,
  process: null,
  resultOmitted: null,
});

/**
 * `task` with `patch` written over it, one version later. `execution`: for a store that has an equal one already. Written
 * out in full: it is every store's hottest line.
 */
export function patchTask(
  task: Task,
  patch: TaskPatch,
  execution: Execution = patchExecution(task.execution, patch),
): Task {
  return Object.freeze({
    id: task.id,
    number: task.number,
    version: task.version + 1,
    status: patch.status ?? task.status,
    type: task.type,
    name: task.name,
    command: task.command,
    metadata: task.metadata,
    tags: task.tags,
    createdAt: task.createdAt,
    startedAt: notBefore(task.createdAt, patch.startedAt) ?? task.startedAt,
    completedAt: notBefore(task.startedAt ?? task.createdAt, patch.completedAt) ?? task.completedAt,
    progress: patchProgress(task, patch),
    result: patch.result === undefined ? task.result : patch.result,
    error: patch.error ?? task.error,
    execution,
  });
}

function patchProgress(task: Task, patch: TaskPatch): Progress | null {
  const progress =
    patch.progress === undefined
      ? task.progress
      : applyProgress(task.progress, patch.progress, patch.progressAt ?? 0);
  return patch.status !== undefined && isFinished(patch.status)
    ? endProgress(progress, patch.status, patch.completedAt ?? task.createdAt)
    : progress;
}

/** A wall clock that was set back must not make a task end before it began. */
function notBefore(earliest: number, instant: number | undefined): number | undefined {
  return instant !== undefined && instant < earliest ? earliest : instant;
}

export function patchExecution(execution: Execution, patch: TaskPatch): Execution {
  if (
    patch.owner === undefined &&
    patch.cancel === undefined &&
    patch.endedBy === undefined &&
    patch.lateOutcome === undefined &&
    patch.process === undefined &&
    patch.resultOmitted === undefined
  ) {
    return execution;
  }
  return Object.freeze({
    parent: execution.parent,
    owner: patch.owner ?? execution.owner,
    driver: execution.driver,
    cancel: patch.cancel ?? execution.cancel,
    endedBy: patch.endedBy ?? execution.endedBy,
    lateOutcome: patch.lateOutcome ?? execution.lateOutcome,
    process: patch.process ?? execution.process,
    resultOmitted: patch.resultOmitted ?? execution.resultOmitted,
  });
}

import {
  type AppendOutputRequest,
  type CancelRequest,
  type Change,
  type CreateRequest,
  isFinished,
  newTask,
  type NewOutputLine,
  type Operation,
  type OutputLine,
  OUTPUT_LIMITS,
  cutText,
  patchTask,
  type ProgressRequest,
  type Task,
  type TaskPatch,
  type TaskStatus,
  type TransitionRequest,
} from '@task-monitor/core';
import type { KeptTask } from './kept-task.js';

/** One write to one task, as it is asked for. */
export interface Write {
  readonly id: string;
  readonly operation: Operation;
  /** Of a creation: the key that leads to another task, if it is taken. */
  readonly idempotencyKey: string | null;
  /** What a group of writes has to begin with if nothing is known of its task. */
  readonly begins: boolean;
  /** The rules, for a task as it stands; `done` tells that this same write was done before. */
  decide(kept: KeptTask | null, done: boolean): Verdict;
}

export interface Verdict {
  readonly outcome: 'applied' | 'duplicate' | 'conflict' | 'missing' | 'exists' | 'other-task';
  /** What to answer with. */
  readonly task: Task | null;
  /** Of what is applied. */
  readonly effect: Effect | null;
}

/** What a write changes. */
export interface Effect {
  readonly type: Change['type'];
  /** The task afterwards; `null` if it is gone. */
  readonly kept: KeptTask | null;
  /** Lines of output that were added, all of them. */
  readonly lines?: readonly OutputLine[];
}

export function createWrite(request: CreateRequest, size: number): Write {
  const { task: made, idempotencyKey, operation } = request;
  return {
    id: made.id,
    operation,
    idempotencyKey,
    begins: true,
    decide: (kept, done) => {
      if (kept === null) {
        // Its number is known when it is stored.
        const task = newTask(made, 0);
        const fresh = { task, idempotencyKey, outputLines: 0, outputBytes: 0, size };
        return applied(task, { type: 'task.registered', kept: fresh });
      }
      const { task } = kept;
      if (idempotencyKey !== null && kept.idempotencyKey === idempotencyKey)
        return unchanged('duplicate', task);
      if (task.id !== made.id) return unchanged('other-task', task);
      return unchanged(done ? 'duplicate' : 'exists', task);
    },
  };
}

export function transitionWrite(id: string, request: TransitionRequest): Write {
  const { from, owner, version, driver, set, operation } = request;
  return taskWrite(id, operation, (kept) => {
    const { task } = kept;
    const isExpected =
      from.includes(task.status) &&
      (owner === null || task.execution.owner?.id === owner) &&
      (version === undefined || task.version === version) &&
      (driver === undefined || task.execution.driver === driver);
    if (!isExpected) return unchanged('conflict', task);
    return patched(kept, set, changeTypeOf(task.status, set.status));
  });
}

export function progressWrite(id: string, request: ProgressRequest): Write {
  const { update, at, owner, operation } = request;
  return taskWrite(id, operation, (kept) => {
    const { task } = kept;
    if (task.status !== 'running' || (owner !== null && task.execution.owner?.id !== owner))
      return unchanged('conflict', task);
    return patched(kept, { progress: update, progressAt: at }, 'task.progress');
  });
}

export function cancelWrite(id: string, { cancel, operation }: CancelRequest): Write {
  return taskWrite(id, operation, (kept) => {
    const { task } = kept;
    if (task.status !== 'running') return unchanged('conflict', task);
    if (task.execution.cancel !== null) return unchanged('duplicate', task);
    return patched(kept, { cancel }, 'task.cancel-requested');
  });
}

export function outputWrite(id: string, { lines, operation }: AppendOutputRequest): Write {
  return taskWrite(id, operation, (kept) => {
    if (isFinished(kept.task.status)) return unchanged('conflict', kept.task);
    const added = numbered(lines, kept.outputLines);
    const task = patchTask(kept.task, {});
    const after = {
      ...kept,
      task,
      outputLines: kept.outputLines + added.length,
      outputBytes: kept.outputBytes + bytesOf(added),
    };
    return applied(task, { type: 'task.output', kept: after, lines: added });
  });
}

export function removeWrite(id: string, operation: Operation): Write {
  return {
    ...taskWrite(id, operation, ({ task }) => {
      if (!isFinished(task.status)) return unchanged('conflict', task);
      return applied(task, { type: 'task.removed', kept: null });
    }),
  };
}

/** What fails a task whose owner is gone. */
export function failure(kept: KeptTask, set: TaskPatch): Effect & { readonly kept: KeptTask } {
  return { type: 'task.failed', kept: { ...kept, task: patchTask(kept.task, set) } };
}

function taskWrite(id: string, operation: Operation, decide: (kept: KeptTask) => Verdict): Write {
  return {
    id,
    operation,
    idempotencyKey: null,
    begins: false,
    decide: (kept, done) => {
      if (kept === null) return MISSING;
      return done ? unchanged('duplicate', kept.task) : decide(kept);
    },
  };
}

const MISSING: Verdict = Object.freeze({ outcome: 'missing', task: null, effect: null });

function unchanged(
  outcome: 'duplicate' | 'conflict' | 'exists' | 'other-task',
  task: Task,
): Verdict {
  return { outcome, task, effect: null };
}

function applied(task: Task, effect: Effect): Verdict {
  return { outcome: 'applied', task, effect };
}

function patched(kept: KeptTask, patch: TaskPatch, type: Effect['type']): Verdict {
  const task = patchTask(kept.task, patch);
  return applied(task, { type, kept: { ...kept, task } });
}

function changeTypeOf(before: TaskStatus, after: TaskStatus = before): Effect['type'] {
  if (after === before) return 'task.progress';
  return after === 'running'
    ? 'task.started'
    : (`task.${after}` as 'task.completed' | 'task.failed' | 'task.cancelled');
}

function numbered(lines: readonly NewOutputLine[], last: number): readonly OutputLine[] {
  return Object.freeze(
    lines.map(({ stream, text, at }, index) =>
      Object.freeze({
        stream,
        text: cutText(text, OUTPUT_LIMITS.bytes),
        at,
        number: last + index + 1,
      }),
    ),
  );
}

function bytesOf(lines: readonly OutputLine[]): number {
  return lines.reduce((bytes, { text }) => bytes + Buffer.byteLength(text), 0);
}

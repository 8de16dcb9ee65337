import { TaskMonitorError } from './errors.js';
import { type Task, type TaskStatus } from './task.js';

/** The calls that move a task, or report on its way. */
export type Verb = 'start' | 'progress' | 'complete' | 'fail' | 'cancel';

/**
 * The state machine: from which statuses each verb acts. Nothing else in the library knows it, and the store only
 * compares the status with the list it is given.
 */
export const ALLOWED_FROM = {
  start: ['pending'],
  progress: ['running'],
  complete: ['running'],
  fail: ['pending', 'running'],
  cancel: ['pending', 'running'],
} as const satisfies Record<Verb, readonly TaskStatus[]>;

/**
 * What a verb means on a task whose status does not allow it:
 * `repeat` it was done already, nothing changes; `late` somebody else ended the task first, so the outcome is only noted;
 * `ignore` nothing to report any more; `refuse` the caller's mistake.
 */
export type Verdict = 'repeat' | 'late' | 'ignore' | 'refuse';

/** Judges `verb` by monitor `monitorId` on `task`, whose status is not in {@link ALLOWED_FROM}. */
export function judge(verb: Verb, task: Task, monitorId: string): Verdict {
  const { status } = task;
  if (status === 'pending' || status === 'running') return 'refuse';
  switch (verb) {
    case 'start':
      return 'refuse';
    case 'progress':
      return 'ignore';
    case 'cancel':
      return status === 'cancelled' ? 'repeat' : 'refuse';
    case 'complete':
    case 'fail': {
      const { endedBy } = task.execution;
      if (endedBy?.cause !== 'caller' || endedBy.monitor !== monitorId) return 'late';
      return status === (verb === 'complete' ? 'completed' : 'failed') ? 'repeat' : 'refuse';
    }
  }
}

const ADVICE: Record<Verb, Partial<Record<TaskStatus, string>>> = {
  start: {
    pending: 'It waits for its place; `run` starts it.',
    running: 'It was started before; start a task once.',
  },
  progress: { pending: 'Call start first.' },
  complete: { pending: 'Call start first.' },
  fail: {},
  cancel: {},
};

/** *Cannot complete task "a1": it is pending. Call start first.* */
export function invalidTransition(verb: Verb | 'remove', task: Task): TaskMonitorError {
  const what = verb === 'progress' ? 'report progress of' : verb;
  const advice =
    verb === 'remove'
      ? 'Cancel it first; only finished tasks can be removed.'
      : (ADVICE[verb][task.status] ?? 'A finished task never changes.');
  return new TaskMonitorError(
    'INVALID_TRANSITION',
    `Cannot ${what} task "${task.id}": it is ${task.status}. ${advice}`,
    { details: { id: task.id, status: task.status, verb } },
  );
}

import { advanceProgress, isOver, type ModelTask } from './model-task.js';
import { ModelRuns } from './model-runs.js';
import type { ProgressUpdate } from '../../progress.js';
import type { EndCause, TaskFailure } from '../../task.js';

/** What a call is expected to come to: a task, or the code of an error. */
export type Expected = ModelTask | ExpectedError;

export type ExpectedError =
  'TASK_NOT_FOUND' | 'TASK_EXISTS' | 'INVALID_TRANSITION' | 'INVALID_INPUT' | 'INVALID_OPTIONS';

export interface ModelRegistration {
  readonly id: string;
  readonly type: string | null;
  readonly tags: readonly string[];
  readonly parentId: string | null;
  readonly key: string | null;
}

/**
 * The life of tasks, written down a second time and as plainly as possible: nothing of the library's own rules is used.
 * Monitors are known by their ids. Every write is one line of `told`.
 */
export class Model {
  now: number;
  readonly tasks = new Map<string, ModelTask>();
  readonly runs: ModelRuns;
  /** What the change feed is expected to tell: `task.started t1 v2`. */
  readonly told: string[] = [];
  /** Every id there ever was, and one that there never was. */
  readonly ids: string[] = ['unknown-0'];
  #lastNumber = 0;

  /** `placesOf` says how many functions a monitor runs at once. */
  constructor(now: number, tasksBefore: number, placesOf: (monitorId: string) => number) {
    this.#lastNumber = tasksBefore;
    this.now = now;
    this.runs = new ModelRuns(this, placesOf);
  }

  register(given: ModelRegistration, runner: string | null = null): Expected {
    const withKey = [...this.tasks.values()].find(
      (task) => given.key !== null && task.key === given.key,
    );
    if (withKey) return withKey;
    if (this.tasks.has(given.id)) return 'TASK_EXISTS';
    const task: ModelTask = {
      ...given,
      number: ++this.#lastNumber,
      driver: runner === null ? 'caller' : 'runner',
      createdAt: this.now,
      version: 0,
      status: 'pending',
      startedAt: null,
      completedAt: null,
      progress: null,
      result: null,
      error: null,
      heldBy: runner,
      cancel: null,
      endedBy: null,
      lateOutcome: null,
      lines: [],
      lastLine: 0,
    };
    this.tasks.set(task.id, task);
    this.ids.push(task.id);
    return this.#write(task, 'task.registered');
  }

  start(id: string, by: string): Expected {
    const task = this.tasks.get(id);
    if (!task) return 'TASK_NOT_FOUND';
    // What waits for a place of its runner is started by that.
    if (task.status !== 'pending' || task.driver === 'runner') return 'INVALID_TRANSITION';
    return this.begin(task, by);
  }

  begin(task: ModelTask, by: string): ModelTask {
    task.status = 'running';
    task.startedAt = this.now;
    task.heldBy = by;
    return this.#write(task, 'task.started');
  }

  progress(id: string, update: ProgressUpdate): Expected {
    const task = this.tasks.get(id);
    if (!task) return 'TASK_NOT_FOUND';
    if (isOver(task)) return task;
    if (task.status === 'pending') return 'INVALID_TRANSITION';
    advanceProgress(task, update, this.now);
    return this.#write(task, 'task.progress');
  }

  log(id: string, texts: readonly string[]): Expected {
    const task = this.tasks.get(id);
    if (!task) return 'TASK_NOT_FOUND';
    if (isOver(task)) return task;
    for (const text of texts) {
      task.lines.push({ stream: 'log', text, at: this.now, number: ++task.lastLine });
    }
    task.lines = task.lines.slice(-200);
    return this.#write(task, 'task.output');
  }

  complete(id: string, by: string, result: string | null, progress?: ProgressUpdate): Expected {
    const task = this.tasks.get(id);
    if (!task) return 'TASK_NOT_FOUND';
    if (task.status === 'pending') return 'INVALID_TRANSITION';
    if (isOver(task)) return this.#afterTheEnd(task, 'completed', by, null);
    task.result = result;
    if (progress) advanceProgress(task, progress, this.now);
    return this.#end(task, 'completed', 'caller', by);
  }

  fail(id: string, by: string, message: string, code: 'ERROR' | 'TIMEOUT' = 'ERROR'): Expected {
    const task = this.tasks.get(id);
    if (!task) return 'TASK_NOT_FOUND';
    if (isOver(task)) return this.#afterTheEnd(task, 'failed', by, message);
    task.error = { code, message, name: code === 'ERROR' ? 'Error' : null, stack: null };
    return this.#end(task, 'failed', code === 'ERROR' ? 'caller' : 'timeout', by);
  }

  cancel(id: string, by: string, reason: string): Expected {
    const task = this.tasks.get(id);
    if (!task) return 'TASK_NOT_FOUND';
    if (task.status === 'cancelled') return task;
    if (isOver(task)) return 'INVALID_TRANSITION';
    const held = task.driver === 'runner' && task.status === 'running';
    if (held && task.cancel !== null) return task;
    task.cancel = {
      requestedAt: this.now,
      reason,
      requestedBy: null,
      acknowledgedAt: null,
      forced: false,
    };
    if (!held) return this.#end(task, 'cancelled', 'cancel', by);
    this.runs.tell(task, 'cancel');
    return this.#write(task, 'task.cancel-requested');
  }

  remove(id: string): Expected {
    const task = this.tasks.get(id);
    if (!task) return 'TASK_NOT_FOUND';
    if (!isOver(task)) return 'INVALID_TRANSITION';
    this.#forget([task]);
    return task;
  }

  /** Returns how many tasks go. */
  cleanup(finishedBy: number, type: string | null): number {
    const old = [...this.tasks.values()].filter(
      (task) =>
        isOver(task) &&
        (task.completedAt ?? 0) <= finishedBy &&
        (type === null || task.type === type),
    );
    if (old.length > 0) this.#forget(old);
    return old.length;
  }

  run(given: ModelRegistration, monitorId: string, timeoutMs: number): Expected {
    const task = this.register(given, monitorId);
    if (typeof task !== 'string') this.runs.add(task, monitorId, timeoutMs);
    return task;
  }

  pass(ms: number): void {
    const until = this.now + ms;
    this.runs.pass(until);
    this.now = until;
  }

  /** The active tasks that a monitor which is gone has left behind. */
  heldBy(monitorId: string): readonly ModelTask[] {
    return [...this.tasks.values()].filter((task) => !isOver(task) && task.heldBy === monitorId);
  }

  /** A function that was cancelled has stopped, or was given up (`forced`). */
  endAsCancelled(task: ModelTask, by: string, forced: boolean): ModelTask {
    if (task.cancel === null)
      throw new Error('The model stops only functions that were cancelled.');
    task.cancel = { ...task.cancel, acknowledgedAt: forced ? null : this.now, forced };
    return this.#end(task, 'cancelled', 'cancel', by);
  }

  /** A function has stopped because its monitor shuts down. */
  endAsStopped(task: ModelTask, reason: string, by: string): ModelTask {
    const { now } = this;
    task.cancel = {
      requestedAt: now,
      reason,
      requestedBy: null,
      acknowledgedAt: now,
      forced: false,
    };
    return this.#end(task, 'cancelled', 'shutdown', by);
  }

  /** Ends a task from outside. */
  failFor(task: ModelTask, error: TaskFailure, cause: EndCause, by: string, at: number): void {
    task.error = error;
    this.#end(task, 'failed', cause, by, at);
  }

  #afterTheEnd(
    task: ModelTask,
    status: 'completed' | 'failed',
    by: string,
    message: string | null,
  ): Expected {
    if (task.endedBy?.cause === 'caller' && task.endedBy.monitor === by) {
      return task.status === status ? task : 'INVALID_TRANSITION';
    }
    if (task.lateOutcome !== null) return task;
    task.lateOutcome = { status, at: this.now, message };
    return this.#write(task, 'task.progress');
  }

  #end(
    task: ModelTask,
    status: 'completed' | 'failed' | 'cancelled',
    cause: EndCause,
    by: string,
    at = this.now,
  ): ModelTask {
    task.status = status;
    task.completedAt = at;
    task.endedBy = { cause, monitor: by };
    this.runs.taskEnded(task, by);
    return this.#write(task, `task.${status}`);
  }

  #forget(tasks: readonly ModelTask[]): void {
    for (const { id } of tasks) this.tasks.delete(id);
    this.told.push(
      `task.removed ${tasks
        .map(({ id }) => id)
        .sort()
        .join(' ')}`,
    );
  }

  #write(task: ModelTask, type: string): ModelTask {
    task.version++;
    this.told.push(`${type} ${task.id} v${task.version}`);
    return task;
  }
}

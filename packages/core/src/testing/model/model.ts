import { advanceProgress, isOver, type ModelTask } from './model-task.js';
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

/** A function that `run` drives, which goes on until a step ends it. */
export interface ModelRun {
  readonly task: ModelTask;
  readonly monitorId: string;
  /** Why it was told to stop. */
  told: 'cancel' | 'ended' | null;
  /** When it is given up. */
  forcedAt: number;
  /** It was given up: its task's end does not depend on it any more. */
  givenUp: boolean;
}

/**
 * The life of tasks, written down a second time and as plainly as possible: nothing of the library's own rules is used.
 * Monitors are known by their ids. Every write is one line of `told`.
 */
export class Model {
  now: number;
  readonly tasks = new Map<string, ModelTask>();
  readonly runs = new Map<string, ModelRun>();
  /** What the change feed is expected to tell: `task.started t1 v2`. */
  readonly told: string[] = [];
  /** Every id there ever was, and one that there never was. */
  readonly ids: string[] = ['unknown-0'];
  #lastNumber = 0;

  constructor(now: number) {
    this.now = now;
  }

  register(given: ModelRegistration, driver: 'caller' | 'runner' = 'caller'): Expected {
    const withKey = [...this.tasks.values()].find(
      (task) => given.key !== null && task.key === given.key,
    );
    if (withKey) return withKey;
    if (this.tasks.has(given.id)) return 'TASK_EXISTS';
    const task: ModelTask = {
      ...given,
      number: ++this.#lastNumber,
      driver,
      createdAt: this.now,
      version: 0,
      status: 'pending',
      startedAt: null,
      completedAt: null,
      progress: null,
      result: null,
      error: null,
      startedBy: null,
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
    if (task.status !== 'pending') return 'INVALID_TRANSITION';
    task.status = 'running';
    task.startedAt = this.now;
    task.startedBy = by;
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

  fail(id: string, by: string, message: string): Expected {
    const task = this.tasks.get(id);
    if (!task) return 'TASK_NOT_FOUND';
    if (isOver(task)) return this.#afterTheEnd(task, 'failed', by, message);
    task.error = { code: 'ERROR', message, name: 'Error', stack: null };
    return this.#end(task, 'failed', 'caller', by);
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
    this.#tell(task, 'cancel');
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

  run(given: ModelRegistration, monitorId: string): Expected {
    const task = this.register(given, 'runner');
    if (typeof task === 'string') return task;
    this.start(task.id, monitorId);
    this.runs.set(task.id, { task, monitorId, told: null, forcedAt: Infinity, givenUp: false });
    return task;
  }

  /** The function returns, throws, or stops because it was told to. */
  endRun(run: ModelRun, how: 'returns' | 'throws' | 'stops'): Expected {
    const { task, monitorId } = run;
    this.runs.delete(task.id);
    if (how === 'returns') return this.complete(task.id, monitorId, 'the result');
    if (how === 'throws') return this.fail(task.id, monitorId, 'disk full');
    if (run.givenUp || isOver(task)) return this.tasks.has(task.id) ? task : 'TASK_NOT_FOUND';
    return this.#endAsCancelled(run, false);
  }

  /** Time passes: functions that did not stop when they were told are given up. */
  pass(ms: number): void {
    this.now += ms;
    for (const run of this.runs.values()) {
      if (run.givenUp || run.forcedAt > this.now) continue;
      run.givenUp = true;
      if (!isOver(run.task)) this.#endAsCancelled(run, true);
    }
  }

  /** A monitor shuts down: its functions stop when they are told to. */
  stopRuns(monitorId: string): void {
    for (const [id, run] of this.runs) {
      if (run.monitorId !== monitorId) continue;
      this.runs.delete(id);
      const { task } = run;
      if (isOver(task)) continue;
      if (run.told !== null) {
        this.#endAsCancelled(run, false);
        continue;
      }
      const reason = { reason: 'SHUTDOWN', requestedBy: null };
      task.cancel = { requestedAt: this.now, ...reason, acknowledgedAt: this.now, forced: false };
      this.#end(task, 'cancelled', 'shutdown', monitorId);
    }
  }

  /** The tasks that a monitor which is gone had started. The functions that it ran are gone, too. */
  abandon(monitorId: string): readonly ModelTask[] {
    for (const [id, run] of this.runs) if (run.monitorId === monitorId) this.runs.delete(id);
    return [...this.tasks.values()].filter((task) => !isOver(task) && task.startedBy === monitorId);
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

  #endAsCancelled(run: ModelRun, forced: boolean): ModelTask {
    const { task, monitorId } = run;
    const at = forced ? run.forcedAt : this.now;
    if (task.cancel === null)
      throw new Error('The model stops only functions that were cancelled.');
    task.cancel = { ...task.cancel, acknowledgedAt: forced ? null : at, forced };
    return this.#end(task, 'cancelled', 'cancel', monitorId, at);
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
    const run = this.runs.get(task.id);
    // A monitor knows what it wrote itself; a function is told only of what others did.
    if (run && run.monitorId !== by) this.#tell(task, 'ended');
    return this.#write(task, `task.${status}`);
  }

  #tell(task: ModelTask, why: 'cancel' | 'ended'): void {
    const run = this.runs.get(task.id);
    if (!run || run.told !== null) return;
    run.told = why;
    run.forcedAt = this.now + 10_000;
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

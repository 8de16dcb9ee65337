import type { TasksEvent, WireFullTask } from '@task-monitor/client';
import { isOver, shownTask, type ShownTask } from '../task/shown-task.js';
import { Pace } from '../task/pace.js';

export interface Counts {
  readonly pending_tasks: number;
  readonly running_tasks: number;
  readonly completed_tasks: number;
  readonly failed_tasks: number;
  readonly cancelled_tasks: number;
}

/** What was asked for, beside what the stream tells: it changes although nothing happens, as estimates do. */
export interface Asked {
  readonly counts: Counts;
  readonly running: readonly WireFullTask[];
  /** Running tasks beside those: more than anybody looks at. */
  readonly unseen: number;
  readonly failed: readonly WireFullTask[];
}

export interface Row {
  readonly task: ShownTask;
  readonly perSecond: number | null;
}

/** A task that has ended stays in its place for so long, so that one sees how. */
const LINGER_MS = 3_000;
const MAX_FAILURES = 20;
/** More than any screen shows. */
const MAX_TASKS = 5_000;

/** What is known of the tasks of a server, as one looks at it. */
export class Overview {
  #counts: Counts | null = null;
  #unseen = 0;
  readonly #tasks = new Map<string, { task: ShownTask; readonly pace: Pace }>();
  #failures: readonly ShownTask[] = [];
  /** Whether the failures are those from before a connection: maybe of a server that is gone, with all that it kept. */
  #failuresAreOld = false;

  get counts(): Counts | null {
    return this.#counts;
  }

  /** How many run beside those that are known here. */
  get unseen(): number {
    return this.#unseen;
  }

  /** Tells whether the counts may be others now. */
  apply(event: TasksEvent, now: number): boolean {
    switch (event.type) {
      case 'reset':
        return true;
      case 'snapshot':
        this.#failuresAreOld = true;
        this.#replace(event.tasks, now);
        return true;
      case 'task.removed':
        for (const id of event.ids) this.#forget(id);
        return true;
      case 'task.progress':
      case 'task.output':
      case 'task.cancel-requested':
        this.#see(event.task, now);
        return false;
      default:
        this.#see(event.task, now);
        return true;
    }
  }

  /**
   * Takes over what was asked for. While the stream is `live` it is that which says which tasks there are: an answer may
   * be older than what was told meanwhile.
   */
  take({ counts, running, unseen, failed }: Asked, isLive: boolean, now: number): void {
    this.#counts = counts;
    this.#unseen = unseen;
    if (isLive) {
      for (const task of running) if (this.#tasks.has(task.task_id)) this.#see(task, now);
    } else {
      this.#replace(running, now);
    }
    if (this.#failuresAreOld || !isLive) this.#failures = [];
    this.#failuresAreOld = false;
    for (const task of failed) this.#failed(shownTask(task, now));
  }

  /** Running tasks in the order in which they were made, and for a moment those that have just ended. */
  rows(now: number): readonly Row[] {
    for (const [id, { task }] of this.#tasks)
      if (isOver(task.status) && now - task.seenAt > LINGER_MS) this.#tasks.delete(id);
    return [...this.#tasks.values()]
      .map(({ task, pace }) => ({ task, perSecond: pace.of(task, now) }))
      .sort((a, b) => a.task.number - b.task.number);
  }

  /** The latest first. */
  get failures(): readonly ShownTask[] {
    return this.#failures;
  }

  #see(wire: WireFullTask, now: number): void {
    const known = this.#tasks.get(wire.task_id);
    if (known !== undefined && wire.version < known.task.version) return;
    const task = shownTask(wire, now);
    if (task.status === 'failed') this.#failed(task);
    if (task.status === 'pending') return;
    if (known !== undefined) {
      known.task = task;
      known.pace.see(task);
    } else if (task.status === 'running' && this.#tasks.size < MAX_TASKS) {
      const pace = new Pace();
      pace.see(task);
      this.#tasks.set(task.id, { task, pace });
    }
  }

  #replace(running: readonly WireFullTask[], now: number): void {
    const there = new Set(running.map(({ task_id }) => task_id));
    for (const [id, { task }] of this.#tasks)
      if (!there.has(id) && !isOver(task.status)) this.#tasks.delete(id);
    for (const task of running) this.#see(task, now);
  }

  #failed(task: ShownTask): void {
    if (this.#failures.some(({ id, version }) => id === task.id && version >= task.version)) return;
    this.#failures = [task, ...this.#failures.filter(({ id }) => id !== task.id)]
      .sort((a, b) => (b.completedAt ?? 0) - (a.completedAt ?? 0))
      .slice(0, MAX_FAILURES);
  }

  #forget(id: string): void {
    this.#tasks.delete(id);
    this.#failures = this.#failures.filter((task) => task.id !== id);
  }
}

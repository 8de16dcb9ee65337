import type { Clock, Timer } from './clock.js';
import { ForwardingStore } from './forwarding-store.js';
import { applyProgress, mergeProgress, type ProgressChange } from './progress.js';
import type {
  ListPage,
  ListRequest,
  ProgressRequest,
  TaskStore,
  TransitionRequest,
  WriteResult,
} from './store.js';
import { isFinished, type Task } from './task.js';

/** A running task that reported a moment ago. */
interface Recent {
  /** As the store last answered. */
  task: Task;
  /** What is not written yet. */
  waiting: ProgressRequest | null;
  /** What is being written, and may yet be lost: written twice it says the same. */
  writing: ProgressRequest | null;
  timer: Timer | null;
}

/**
 * Stands before a durable store, where each write costs a commit: of a task's progress the first report is written at
 * once, then every `intervalMs` what the ones since come to, and the last of them with the end of the task. Whoever reads
 * by this instance reads what it was told; everybody else is behind by `intervalMs` at most.
 */
export class CoalescedProgress extends ForwardingStore {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #recent = new Map<string, Recent>();
  /** First reports on their way: later ones wait for their answer. */
  readonly #first = new Map<string, Promise<WriteResult>>();

  constructor(
    inner: TaskStore,
    clock: Clock,
    intervalMs: number,
    onError: (error: unknown) => void,
  ) {
    super(inner);
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#onError = onError;
  }

  override async progress(id: string, request: ProgressRequest): Promise<WriteResult> {
    const first = this.#first.get(id);
    if (first !== undefined) await first;
    const recent = this.#recent.get(id);
    if (recent === undefined) return this.#writeFirst(id, request);
    const { waiting } = recent;
    recent.waiting = merged(waiting, request);
    return { outcome: 'applied', task: withWaiting(recent.task, recent) };
  }

  /** What waits goes into the write that ends the task: one commit, and nothing is lost in between. */
  override async transition(id: string, request: TransitionRequest): Promise<WriteResult> {
    const recent = this.#recent.get(id);
    if (recent === undefined || request.set.status === undefined)
      return super.transition(id, request);
    recent.timer?.cancel();
    recent.timer = null;
    const { writing, waiting } = recent;
    const untold = waiting === null ? writing : merged(writing, waiting);
    try {
      const answer = await super.transition(
        id,
        untold === null ? request : ending(request, untold),
      );
      if (answer.outcome === 'missing' || isFinished(answer.task.status)) this.#recent.delete(id);
      return answer;
    } finally {
      this.#planAgain(id, recent);
    }
  }

  override async get(id: string): Promise<Task | null> {
    const task = await super.get(id);
    return task && withWaiting(task, this.#recent.get(id));
  }

  override async list(request: ListRequest): Promise<ListPage> {
    const page = await super.list(request);
    if (this.#recent.size === 0) return page;
    const tasks = page.tasks.map((task) => withWaiting(task, this.#recent.get(task.id)));
    return { ...page, tasks };
  }

  /** Writes what waits, of all tasks, and forgets it. */
  async flush(): Promise<void> {
    const all = [...this.#recent];
    this.#recent.clear();
    for (const [, { timer }] of all) timer?.cancel();
    await Promise.all(all.map(([id, recent]) => this.#write(id, recent)));
  }

  async #writeFirst(id: string, request: ProgressRequest): Promise<WriteResult> {
    const writing = super.progress(id, request);
    this.#first.set(id, writing);
    try {
      const answer = await writing;
      if (answer.outcome === 'applied' && !this.#recent.has(id)) {
        const recent: Recent = {
          task: answer.task,
          waiting: null,
          writing: null,
          timer: null,
        };
        this.#recent.set(id, recent);
        this.#plan(id, recent);
      }
      return answer;
    } finally {
      if (this.#first.get(id) === writing) this.#first.delete(id);
    }
  }

  #plan(id: string, recent: Recent): void {
    recent.timer?.cancel();
    recent.timer = this.#clock.after(this.#intervalMs, () => {
      if (recent.waiting === null) this.#recent.delete(id);
      else void this.#write(id, recent).then(() => this.#planAgain(id, recent));
    });
  }

  #planAgain(id: string, recent: Recent): void {
    if (this.#recent.get(id) === recent) this.#plan(id, recent);
  }

  /** What could not be written waits on, with what comes meanwhile. */
  async #write(id: string, recent: Recent): Promise<void> {
    const { waiting } = recent;
    if (waiting === null) return;
    recent.waiting = null;
    recent.writing = waiting;
    try {
      const answer = await super.progress(id, waiting);
      if (answer.outcome === 'applied' || answer.outcome === 'duplicate') recent.task = answer.task;
      else this.#recent.delete(id);
    } catch (error) {
      const later = recent.waiting as ProgressRequest | null;
      recent.waiting = later === null ? waiting : merged(waiting, later);
      this.#onError(error);
    } finally {
      recent.writing = null;
    }
  }
}

function merged(earlier: ProgressRequest | null, later: ProgressRequest): ProgressRequest {
  if (earlier === null) return later;
  return { ...later, update: mergeProgress(earlier.update, later.update) };
}

function withWaiting(task: Task, recent: Recent | undefined): Task {
  if (!recent?.waiting || task.status !== 'running') return task;
  const { update, at } = recent.waiting;
  return Object.freeze({ ...task, progress: applyProgress(task.progress, update, at) });
}

function ending(request: TransitionRequest, waiting: ProgressRequest): TransitionRequest {
  const { progress, progressAt } = request.set;
  const update: ProgressChange =
    progress === undefined ? waiting.update : mergeProgress(waiting.update, progress);
  return {
    ...request,
    set: { ...request.set, progress: update, progressAt: progress ? progressAt : waiting.at },
  };
}

import { effect, signal } from '@preact/signals';
import {
  TaskApiError,
  type TaskClient,
  type TaskEvent,
  type TasksEvent,
  type WatchState,
  type WireFullTask,
} from '@task-monitor/client';
import { answerTo } from './answer.js';
import type { LiveTasks } from './live-tasks.js';
import { OutputTail } from './output-tail.js';
import { isSameTask, type Seen, TaskCells } from './task-cells.js';

/** Rows that a timeline shows. */
export const MOST_CHILDREN = 100;

/** Between two looks at the children while they change, in milliseconds. */
const CHILDREN_EVERY_MS = 2_000;

/** Who stands still is not in any event: a running task is asked for again, after milliseconds. */
const LOOK_AGAIN_MS = 10_000;

export interface Children {
  /** In the order in which they were created. */
  readonly ids: readonly string[];
  /** How many there are in all. */
  readonly total: number;
}

/** Everything that the page of one task shows, from a stream of its own that ends with the task. */
export class OneTask {
  readonly id: string;
  /** As it was last seen, also when it is gone. */
  readonly seen = signal<Seen | null>(null);
  readonly connection = signal<WatchState>({
    status: 'connecting',
    since: Date.now(),
    error: null,
  });
  /** What time does not heal: it is not there, or not for this reader. */
  readonly trouble = signal<TaskApiError | null>(null);
  /** When it was seen to be removed, in epoch milliseconds. */
  readonly removedAt = signal<number | null>(null);
  /** `null` before it was asked for. */
  readonly output = signal<OutputTail | null>(null);
  readonly children = signal<Children>({ ids: [], total: 0 });
  /** Told to who may cancel the task, and to them only when they ask for it alone. */
  readonly stack = signal<string | null>(null);
  /** The children and the parent, one cell each. */
  readonly cells = new TaskCells();
  readonly #client: TaskClient;
  readonly #live: LiveTasks;
  readonly #abort = new AbortController();
  #last: WireFullTask | null = null;
  #childrenTimer: ReturnType<typeof setTimeout> | null = null;
  #childrenAskedAt = 0;

  constructor(client: TaskClient, live: LiveTasks, id: string) {
    this.#client = client;
    this.#live = live;
    this.id = id;
  }

  /** Begins to follow, and goes on until `stop`. */
  start(): void {
    const timer = setInterval(() => {
      // Nobody looks at a page that is hidden.
      const isLookedAt = document.visibilityState === 'visible';
      if (isLookedAt && this.#last?.status === 'running') void this.#lookAgain();
    }, LOOK_AGAIN_MS);
    const ends = [
      effect(() => {
        const seen = this.cells.cell(this.id).value;
        if (seen !== null) this.seen.value = seen;
      }),
      this.#live.subscribe((event) => this.#overhear(event)),
      () => clearInterval(timer),
    ];
    this.#abort.signal.addEventListener('abort', () => {
      for (const end of ends) end();
      if (this.#childrenTimer !== null) clearTimeout(this.#childrenTimer);
    });
    void this.#follow();
    this.#askForChildrenSoon();
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Takes the answer to a request that was made elsewhere. */
  see(task: WireFullTask): void {
    const last = this.#last;
    if (task.task_id === this.id) {
      this.#last = task;
      if (last !== null && !isSameTask(last, task)) this.#beginAnew();
    }
    this.cells.see(task, Date.now());
  }

  /** Another task has got the id of this one, which is gone. */
  #beginAnew(): void {
    this.output.value = null;
    this.stack.value = null;
    this.removedAt.value = null;
    this.#askForChildrenSoon();
    if (this.connection.peek().status === 'ended') void this.#follow();
  }

  async #follow(): Promise<void> {
    const watch = this.#client.watch(this.id, {
      signal: this.#abort.signal,
      onState: (state) => (this.connection.value = state),
    });
    try {
      for await (const event of watch) this.#take(event);
    } catch (error) {
      if (!(error instanceof TaskApiError)) throw error;
      // It was there: a server that has started anew may know nothing of it any more.
      if (error.code === 'TASK_NOT_FOUND' && this.#last !== null) this.#isRemoved();
      else this.trouble.value = error;
    }
  }

  #take(event: TaskEvent): void {
    if (event.type === 'task.removed') return this.#isRemoved();
    if (!('task' in event)) return;
    const { task } = event;
    const isFirst = this.#last === null;
    this.see(task);
    if (event.type === 'task.output')
      this.output.value = (this.output.peek() ?? new OutputTail()).add(event.lines);
    // Lines before the stream began, or between two of them, are in none of them.
    if (event.type === 'snapshot') void this.#askForOutput();
    if (isFirst && task.parent_id !== null) void this.#askForParent(task.parent_id);
    if (task.error !== null) void this.#askForStack();
  }

  /** What the stream of all tasks tells of this one, and of those around it. */
  #overhear(event: TasksEvent): void {
    if (event.type === 'snapshot') {
      this.#askForChildrenSoon();
      // Of one that was over nobody tells that a server which has started anew does not have it.
      if (this.connection.peek().status === 'ended') void this.#lookAgain();
    } else if (event.type === 'task.removed') {
      if (event.ids.includes(this.id)) this.#isRemoved();
      this.#leaveOut(event.ids);
    } else if ('task' in event) {
      const { task } = event;
      const isChild = task.parent_id === this.id;
      // One that is over has no stream of its own any more, and may still be told something of.
      if (isChild || task.task_id === this.#last?.parent_id || task.task_id === this.id)
        this.see(task);
      if (isChild && !this.children.peek().ids.includes(task.task_id)) this.#askForChildrenSoon();
    }
  }

  #leaveOut(removed: readonly string[]): void {
    const { ids, total } = this.children.peek();
    const left = ids.filter((id) => !removed.includes(id));
    const gone = ids.length - left.length;
    if (gone > 0) this.children.value = { ids: left, total: total - gone };
  }

  #isRemoved(): void {
    this.removedAt.value ??= Date.now();
  }

  #askForChildrenSoon(): void {
    const restMs = this.#childrenAskedAt + CHILDREN_EVERY_MS - Date.now();
    this.#childrenTimer ??= setTimeout(
      () => {
        this.#childrenTimer = null;
        this.#childrenAskedAt = Date.now();
        void this.#askForChildren();
      },
      Math.max(restMs, 0),
    );
  }

  async #askForChildren(): Promise<void> {
    await answerTo(async (signal) => {
      const { tasks, total_count } = await this.#client.all({
        parent: this.id,
        view: 'full',
        limit: MOST_CHILDREN,
        signal,
      });
      for (const task of tasks) this.see(task);
      const ids = [...tasks].sort((a, b) => a.number - b.number).map(({ task_id }) => task_id);
      this.children.value = { ids, total: total_count };
    }, this.#abort);
  }

  async #askForOutput(): Promise<void> {
    await answerTo(async (signal) => {
      const after = this.output.peek()?.lastNumber ?? 0;
      const { lines } = await this.#client.output(this.id, { after, signal });
      this.output.value = (this.output.peek() ?? new OutputTail()).add(lines);
    }, this.#abort);
  }

  async #askForParent(id: string): Promise<void> {
    await answerTo(async (signal) => {
      this.see(await this.#client.task(id, { view: 'full', signal }));
    }, this.#abort);
  }

  async #askForStack(): Promise<void> {
    await answerTo(async (signal) => {
      const { error } = await this.#client.task(this.id, { view: 'full', signal });
      this.stack.value = error?.stack ?? null;
    }, this.#abort);
  }

  async #lookAgain(): Promise<void> {
    if (this.#last === null || this.removedAt.peek() !== null) return;
    await answerTo(async (signal) => {
      try {
        this.see(await this.#client.task(this.id, { view: 'full', signal }));
      } catch (error) {
        if (error instanceof TaskApiError && error.code === 'TASK_NOT_FOUND') this.#isRemoved();
        else throw error;
      }
    }, this.#abort);
  }
}

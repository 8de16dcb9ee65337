import { batch, signal } from '@preact/signals';
import {
  TaskApiError,
  type TaskClient,
  type TasksEvent,
  type WatchState,
  type WireFullTask,
} from '@task-monitor/client';
import type { Answers } from '@task-monitor/http';
import { answerTo } from './answer.js';
import { type Ended, Finished } from './finished.js';
import { Slots } from './slots.js';
import { TaskCells } from './task-cells.js';

export type Counts = Answers['count'];
export type Vitals = Answers['health'];

/** Failed tasks, as far as this page knows them. */
export interface Failures {
  /** What became known last first. */
  readonly tasks: readonly WireFullTask[];
  /** Whether no others have failed. */
  readonly isWhole: boolean;
}

/** Running tasks that are followed one by one; of more than these nobody reads the list. */
const MOST_RUNNING = 100;

/** Failures that are grouped. */
const MOST_FAILED = 200;

/** How many ended tasks the charts begin with. */
const FIRST_ENDED = 500;

/** When what had ended is asked for once more, after a failure, in milliseconds. */
const BEGIN_AGAIN_MS = 3_000;

/** Between two counts while things change, in milliseconds. */
const COUNT_EVERY_MS = 1_000;

/** Who stands still is not in any event: what is said of running tasks is asked for again, after milliseconds. */
const LOOK_AGAIN_MS = 10_000;

/** Between two looks at the health of the server, in milliseconds. */
const VITALS_EVERY_MS = 30_000;

/** Everything that the page shows of more than one task, from the one stream that it holds. */
export class LiveTasks {
  readonly connection = signal<WatchState>({
    status: 'connecting',
    since: Date.now(),
    error: null,
  });
  readonly counts = signal<Counts | null>(null);
  /** What is shown of running tasks, each in its place; the ended ones among them are on their way out. */
  readonly runningIds = signal<readonly string[]>([]);
  /** Ids of running tasks that do not move, as far as the server says so. */
  readonly unwell = signal<readonly string[]>([]);
  readonly failures = signal<Failures>({ tasks: [], isWhole: true });
  readonly ended = signal<{ readonly all: readonly Ended[]; readonly since: number | null }>({
    all: [],
    since: null,
  });
  readonly vitals = signal<Vitals | null>(null);
  readonly cells = new TaskCells();
  readonly #client: TaskClient;
  readonly #running = new Map<string, WireFullTask>();
  #slots = new Slots();
  #finished = new Finished();
  readonly #failed = new Map<string, WireFullTask>();
  readonly #listeners = new Set<(event: TasksEvent) => void>();
  readonly #abort = new AbortController();
  /** Whether it is known what had ended before the last snapshot: until then what was known before is shown. */
  #isBegun = false;
  /** Whether no other task has failed than those that are known. */
  #isFailedWhole = true;
  #beginTimer: ReturnType<typeof setTimeout> | null = null;
  #countTimer: ReturnType<typeof setTimeout> | null = null;
  #drawTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(client: TaskClient) {
    this.#client = client;
  }

  /** Begins to follow, and goes on until `stop`. */
  start(): void {
    void this.#follow();
    this.#every(LOOK_AGAIN_MS, () => this.#lookAgain());
    this.#every(VITALS_EVERY_MS, () => this.#lookAtVitals());
    // Those whose time in the list is over go, also when nothing else happens.
    this.#every(1_000, async () => this.#draw());
    void this.#lookAtVitals();
  }

  stop(): void {
    this.#abort.abort();
    if (this.#beginTimer !== null) clearTimeout(this.#beginTimer);
    if (this.#countTimer !== null) clearTimeout(this.#countTimer);
    if (this.#drawTimer !== null) clearTimeout(this.#drawTimer);
  }

  /** Tells every change from now on; the function that it returns ends that. */
  subscribe(listener: (event: TasksEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes what was read elsewhere, and shows it where that task is shown. */
  see(tasks: readonly WireFullTask[]): void {
    const at = Date.now();
    for (const task of tasks) this.cells.see(task, at);
  }

  async #follow(): Promise<void> {
    const watch = this.#client.watch(
      { status: 'running', limit: MOST_RUNNING },
      { signal: this.#abort.signal, onState: (state) => (this.connection.value = state) },
    );
    try {
      for await (const event of watch) this.#take(event);
    } catch (error) {
      // What the state of the connection says, and the page shows.
      if (!(error instanceof TaskApiError)) throw error;
    }
  }

  #take(event: TasksEvent): void {
    if (event.type === 'snapshot') {
      // What was known may be of a server that is gone, with all that it kept.
      this.#running.clear();
      this.#failed.clear();
      this.#slots = new Slots();
      this.#finished = new Finished();
      this.#isFailedWhole = true;
      this.#isBegun = false;
      if (this.#beginTimer !== null) clearTimeout(this.#beginTimer);
      for (const task of event.tasks) this.#running.set(task.task_id, task);
      this.see(event.tasks);
      // Before the counts are there: nobody is to read of a moment that nothing runs.
      this.#draw();
      void this.#begin();
    } else if (event.type === 'task.removed') {
      for (const id of event.ids) {
        this.#running.delete(id);
        this.#failed.delete(id);
        this.cells.remove(id);
      }
    } else if ('task' in event) this.#takeTask(event.task);
    for (const listener of this.#listeners) listener(event);
    this.#countSoon();
    this.#drawSoon();
  }

  #takeTask(task: WireFullTask): void {
    const { task_id: id, status } = task;
    if (status === 'running' && (this.#running.size < MOST_RUNNING || this.#running.has(id)))
      this.#running.set(id, task);
    if (status !== 'running') this.#running.delete(id);
    this.#finished.add(task);
    if (status === 'failed') this.#fail(task);
    this.cells.see(task, Date.now());
  }

  #fail(task: WireFullTask): void {
    this.#failed.delete(task.task_id);
    this.#failed.set(task.task_id, task);
    if (this.#failed.size <= MOST_FAILED) return;
    this.#isFailedWhole = false;
    for (const id of this.#failed.keys()) {
      this.#failed.delete(id);
      return;
    }
  }

  /** What happened before the page was there. */
  async #begin(): Promise<void> {
    const finished = this.#finished;
    const answer = await answerTo(
      (signal) =>
        Promise.all([
          this.#client.all({
            status: ['completed', 'failed', 'cancelled'],
            limit: FIRST_ENDED,
            view: 'full',
            signal,
          }),
          this.#client.failed({ limit: MOST_FAILED / 2, view: 'full', signal }),
        ]),
      this.#abort,
    );
    // What had ended before a snapshot that is not the last one says nothing of this one.
    if (this.#finished !== finished || this.#abort.signal.aborted) return;
    if (answer === undefined) {
      this.#beginTimer = setTimeout(() => void this.#begin(), BEGIN_AGAIN_MS);
      return;
    }
    const [ended, failed] = answer;
    this.#finished.begin(ended.tasks, ended.next_cursor === null);
    this.#isFailedWhole &&= failed.next_cursor === null;
    // Those that failed meanwhile are later ones.
    const later = [...this.#failed.values()];
    for (const task of [...failed.tasks].reverse()) this.#fail(task);
    for (const task of later) this.#fail(task);
    this.#isBegun = true;
    this.#drawSoon();
  }

  async #lookAgain(): Promise<void> {
    if (this.#running.size === 0) return;
    await answerTo(async (signal) => {
      const { tasks } = await this.#client.all({
        status: 'running',
        limit: MOST_RUNNING,
        view: 'full',
        signal,
      });
      for (const task of tasks) if (this.#running.has(task.task_id)) this.#takeTask(task);
      this.#drawSoon();
    }, this.#abort);
  }

  async #lookAtVitals(): Promise<void> {
    await answerTo(async (signal) => {
      this.vitals.value = await this.#client.health({ signal });
    }, this.#abort);
  }

  #countSoon(): void {
    const isFirst = this.counts.peek() === null;
    this.#countTimer ??= setTimeout(
      () => {
        void answerTo(async (signal) => {
          this.counts.value = await this.#client.count({ signal });
        }, this.#abort).finally(() => (this.#countTimer = null));
      },
      isFirst ? 0 : COUNT_EVERY_MS,
    );
  }

  #drawSoon(): void {
    this.#drawTimer ??= setTimeout(() => {
      this.#drawTimer = null;
      this.#draw();
    }, 100);
  }

  #draw(): void {
    const running = [...this.#running.values()].sort(oldestFirst);
    batch(() => {
      if (
        this.#slots.update(
          running.map(({ task_id }) => task_id),
          Date.now(),
        )
      )
        this.runningIds.value = this.#slots.ids;
      const unwell = running.filter(({ health }) => health !== null && health.state !== 'ok');
      const ids = unwell.map(({ task_id }) => task_id);
      if (ids.join(' ') !== this.unwell.peek().join(' ')) this.unwell.value = ids;
      if (!this.#isBegun) return;
      const failed = [...this.#failed.values()].reverse();
      const { tasks, isWhole } = this.failures.peek();
      const isOther = failed.length !== tasks.length || failed[0] !== tasks[0];
      if (isOther || isWhole !== this.#isFailedWhole)
        this.failures.value = { tasks: failed, isWhole: this.#isFailedWhole };
      const all = this.#finished.all();
      if (all !== this.ended.peek().all)
        this.ended.value = { all, since: this.#finished.knownSince };
    });
  }

  #every(ms: number, look: () => Promise<void>): void {
    const timer = setInterval(() => {
      // Nobody looks at a page that is hidden.
      if (document.visibilityState === 'visible') void look();
    }, ms);
    this.#abort.signal.addEventListener('abort', () => clearInterval(timer));
  }
}

function oldestFirst(a: WireFullTask, b: WireFullTask): number {
  return (a.started_at ?? '').localeCompare(b.started_at ?? '') || a.number - b.number;
}

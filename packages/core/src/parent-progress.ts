import type { ChangeFeed, FeedEvent, Subscription } from './change-feed.js';
import { ChildSums } from './child-sums.js';
import type { Clock, Timer } from './clock.js';
import type { TaskStore } from './store.js';
import { isFinished, type Task } from './task.js';
import type { TaskWriter } from './task-writer.js';

/** Often enough for an eye; a parent of a thousand children is not written a thousand times. */
const WRITE_EVERY_MS = 250;

/** After a store that did not answer. */
const RETRY_MS = 1_000;

/** Children read at a time. */
const PAGE = 1_000;

interface Family {
  readonly sums: ChildSums;
  /** Changes of children that came while the children there are were read; `null` when that is done. */
  early: Task[] | null;
  /** Changes may have been missed while they were read. */
  readAgain: boolean;
  wroteAt: number;
  timer: Timer | null;
  writing: Promise<void>;
}

/**
 * Keeps the progress of parents in step with that of their children, whichever process those run in: the monitor that
 * registers a child follows its parent until that ends. Two that follow the same one write the same.
 *
 * Costs one reading of the children there are when a parent gets its first one here, and one write per parent every
 * 250 ms at most.
 */
export class ParentProgress {
  readonly #store: TaskStore;
  readonly #writer: TaskWriter;
  readonly #feed: ChangeFeed;
  readonly #clock: Clock;
  readonly #onError: (error: unknown, where: string) => void;
  readonly #families = new Map<string, Family>();
  #subscription: Subscription | null = null;
  #closed = false;

  constructor(
    store: TaskStore,
    writer: TaskWriter,
    feed: ChangeFeed,
    clock: Clock,
    onError: (error: unknown, where: string) => void,
  ) {
    this.#store = store;
    this.#writer = writer;
    this.#feed = feed;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** To be called when `child` was registered. */
  follow(child: Task): void {
    const { parent } = child.execution;
    if (parent === null || parent.weight === 0) return;
    if (this.#closed || this.#families.has(parent.id)) return;
    const family: Family = {
      sums: new ChildSums(),
      early: [],
      readAgain: false,
      wroteAt: -Infinity,
      timer: null,
      writing: Promise.resolve(),
    };
    this.#families.set(parent.id, family);
    this.#subscription ??= this.#feed.subscribe(null, (event) => this.#hear(event));
    const { ready } = this.#subscription;
    void ready.then(() => this.#read(parent.id, family));
  }

  isFollowed(parentId: string): boolean {
    return this.#families.has(parentId);
  }

  /** Writes what is known by now; to be called before the parent's end is written. */
  async flush(parentId: string): Promise<void> {
    const family = this.#families.get(parentId);
    if (family === undefined) return;
    family.timer?.cancel();
    family.timer = null;
    await family.writing;
    await this.#write(parentId, family);
  }

  close(): void {
    this.#closed = true;
    for (const id of [...this.#families.keys()]) this.#leave(id);
  }

  #hear(event: FeedEvent): void {
    if (event.type === 'reset') {
      for (const [id, family] of this.#families) {
        if (family.early === null) void this.#read(id, family);
        else family.readAgain = true;
      }
    } else if (event.type === 'task.removed') {
      for (const id of event.ids) this.#leave(id);
    } else {
      this.#hearOf(event.task, event.type === 'task.started');
    }
  }

  #hearOf(task: Task, started: boolean): void {
    const family = this.#families.get(task.execution.parent?.id ?? '');
    if (family !== undefined && task.execution.parent !== null) {
      if (family.early !== null) family.early.push(task);
      else {
        family.sums.see(task);
        this.#plan(task.execution.parent.id, family);
      }
    }
    const own = this.#families.get(task.id);
    if (own === undefined) return;
    if (isFinished(task.status)) this.#leave(task.id);
    else if (started) {
      // What its children said before could not be written to a task that was pending.
      own.sums.tellAgain();
      this.#plan(task.id, own);
    }
  }

  #leave(id: string): void {
    this.#families.get(id)?.timer?.cancel();
    this.#families.delete(id);
    if (this.#families.size > 0) return;
    this.#subscription?.unsubscribe();
    this.#subscription = null;
  }

  /** Takes in all children there are, and then what became of them meanwhile. */
  async #read(parentId: string, family: Family): Promise<void> {
    family.early ??= [];
    try {
      do {
        family.readAgain = false;
        await this.#readChildren(parentId, family.sums);
      } while (family.readAgain);
    } catch (error) {
      this.#onError(error, `reading the children of task "${parentId}"`);
      family.timer = this.#clock.after(RETRY_MS, () => {
        family.timer = null;
        void this.#read(parentId, family);
      });
      return;
    }
    for (const task of family.early) family.sums.see(task);
    family.early = null;
    this.#plan(parentId, family);
  }

  async #readChildren(parentId: string, sums: ChildSums): Promise<void> {
    for (const id of sums.active) {
      const task = await this.#store.get(id);
      if (task === null) sums.gone(id);
      else sums.see(task);
    }
    for (let more = true; more;) {
      const page = await this.#store.list({
        filter: { parentId },
        order: 'oldest',
        after: sums.lastNumber,
        limit: PAGE,
      });
      for (const task of page.tasks) sums.see(task);
      ({ more } = page);
    }
  }

  #plan(parentId: string, family: Family): void {
    if (family.early !== null || family.timer !== null || this.#families.get(parentId) !== family)
      return;
    const delayMs = family.wroteAt + WRITE_EVERY_MS - this.#clock.monotonic();
    const write = (): void => {
      family.timer = null;
      family.writing = family.writing.then(() => this.#write(parentId, family));
    };
    if (delayMs <= 0) write();
    else family.timer = this.#clock.after(delayMs, write);
  }

  async #write(parentId: string, family: Family): Promise<void> {
    if (this.#families.get(parentId) !== family) return;
    const children = family.sums.untold();
    if (children.length === 0) return;
    family.wroteAt = this.#clock.monotonic();
    try {
      if (await this.#writer.addUpChildren(parentId, children)) return;
      this.#leave(parentId);
    } catch (error) {
      family.sums.tellAgain();
      this.#onError(error, `adding up the children of task "${parentId}"`);
    }
  }
}

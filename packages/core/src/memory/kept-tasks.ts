import type { StoreLimit, TaskCounts } from '../store.js';
import { isFinished, type Task, type TaskStatus } from '../task.js';
import type { Entry } from './entry.js';
import { TaskIndexes } from './task-indexes.js';

export interface KeptLimits {
  readonly maxFinished: number;
  readonly maxActive: number;
  readonly maxBytes: number;
}

/** How many finished tasks gave way, by the limit that was reached. */
export interface MemoryEvictions {
  /** To `maxFinished`. */
  readonly count: number;
  /** To `maxBytes`. */
  readonly bytes: number;
}

/** All tasks as they are at one moment, while others go on writing. */
export interface Moment {
  readonly counted: TaskCounts;
  readonly entries: readonly (readonly Entry[])[];
  /** The status that an entry had then. */
  statusOf(entry: Entry): TaskStatus;
  /** To be called when it is not needed any more. */
  forget(): void;
}

/** The tasks of a memory store, found by id, key and index, and what they take together. */
export class KeptTasks {
  readonly indexes = new TaskIndexes();
  readonly #byId = new Map<string, Entry>();
  /** The one that was asked for or added last: a task is often written several times in a row. */
  #latest: Entry | null = null;
  readonly #byKey = new Map<string, Entry>();
  readonly #limits: KeptLimits;
  /** For each moment that somebody looks at: the status of every entry that was written since, as it was then. */
  readonly #moments = new Set<Map<Entry, TaskStatus>>();
  readonly #evicted = { count: 0, bytes: 0 };
  #entryBytes = 0;
  /** Of `#entryBytes`, those of active tasks. */
  #activeBytes = 0;

  constructor(limits: KeptLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#entryBytes + this.indexes.bytes;
  }

  get evictions(): MemoryEvictions {
    return { ...this.#evicted };
  }

  /** Copies no more than references: a few milliseconds for a million tasks. */
  moment(): Moment {
    const before = new Map<Entry, TaskStatus>();
    this.#moments.add(before);
    return {
      counted: this.indexes.counts({}),
      entries: this.indexes.copy(),
      statusOf: (entry) => before.get(entry) ?? entry.task.status,
      forget: () => this.#moments.delete(before),
    };
  }

  withId(id: string): Entry | undefined {
    const latest = this.#latest;
    if (latest !== null && latest.task.id === id) return latest;
    const entry = this.#byId.get(id);
    if (entry !== undefined) this.#latest = entry;
    return entry;
  }

  withKey(key: string): Entry | undefined {
    return this.#byKey.get(key);
  }

  /** The limit that a new entry would be over even if every finished task were gone. */
  limitAgainst(entry: Entry): StoreLimit | null {
    const { maxActive, maxBytes } = this.#limits;
    if (this.indexes.activeTasks >= maxActive) return { name: 'maxActive', value: maxActive };
    const active = this.#activeBytes + this.indexes.activeBytes;
    return active + entry.bytes + this.indexes.bytesToAdd(entry) > maxBytes
      ? { name: 'maxBytes', value: maxBytes }
      : null;
  }

  add(entry: Entry): void {
    this.#byId.set(entry.task.id, entry);
    this.#latest = entry;
    if (entry.idempotencyKey !== null) this.#byKey.set(entry.idempotencyKey, entry);
    this.indexes.add(entry);
    this.#count(entry, 1);
  }

  /** Answers with the bytes that the version before held alone. */
  become(entry: Entry, task: Task): number {
    if (this.#moments.size > 0) this.#noteFor(entry);
    this.#count(entry, -1);
    const replaced =
      task.status === entry.task.status ? entry.become(task) : this.indexes.move(entry, task);
    this.#count(entry, 1);
    return replaced;
  }

  #noteFor(entry: Entry): void {
    for (const before of this.#moments)
      if (!before.has(entry)) before.set(entry, entry.task.status);
  }

  /** For what changes in an entry besides its task. */
  change<T>(entry: Entry, change: () => T): T {
    this.#count(entry, -1);
    const answer = change();
    this.#count(entry, 1);
    return answer;
  }

  drop(entry: Entry): void {
    this.#count(entry, -1);
    this.indexes.delete(entry);
    this.#byId.delete(entry.task.id);
    if (this.#latest === entry) this.#latest = null;
    if (entry.idempotencyKey !== null) this.#byKey.delete(entry.idempotencyKey);
  }

  /**
   * Lets go of what is over the limits since `written` was written: finished tasks, which it answers with, but never
   * `written`, of which the caller has yet to hear; then output of `written` itself, while it is active.
   */
  makeRoom(written: Entry): readonly Entry[] {
    if (!this.#isOverLimit()) return NONE;
    const { finished } = this.indexes;
    const dropped: Entry[] = [];
    do {
      const oldest = finished.first === written ? finished.second : finished.first;
      if (oldest === undefined) break;
      this.#evicted[finished.length > this.#limits.maxFinished ? 'count' : 'bytes']++;
      this.drop(oldest);
      dropped.push(oldest);
    } while (this.#isOverLimit());
    const surplus = this.bytes - this.#limits.maxBytes;
    if (surplus > 0 && !isFinished(written.task.status))
      this.change(written, () => written.giveWay(surplus));
    return dropped;
  }

  #isOverLimit(): boolean {
    const { maxFinished, maxBytes } = this.#limits;
    return this.indexes.finished.length > maxFinished || this.bytes > maxBytes;
  }

  #count({ bytes, task }: Entry, sign: 1 | -1): void {
    this.#entryBytes += sign * bytes;
    if (!isFinished(task.status)) this.#activeBytes += sign * bytes;
  }
}

const NONE: readonly Entry[] = [];

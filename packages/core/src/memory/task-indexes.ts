import { matches, type TaskFilter } from '../query.js';
import type { TaskCounts } from '../store.js';
import { isFinished, type Task, type TaskStatus } from '../task.js';
import type { Entry } from './entry.js';
import { OrderedList } from './ordered-list.js';

type MutableCounts = Record<TaskStatus, number>;

/** The tasks with one type, tag or parent. */
interface Bucket {
  readonly entries: OrderedList<Entry>;
  readonly counts: MutableCounts;
}

/** Finds tasks by status, type, tag, parent and order of finishing without looking at any other task. */
export class TaskIndexes {
  readonly #all = new OrderedList(byNumber);
  readonly #byStatus: Record<TaskStatus, OrderedList<Entry>> = {
    pending: new OrderedList(byNumber),
    running: new OrderedList(byNumber),
    completed: new OrderedList(byNumber),
    failed: new OrderedList(byNumber),
    cancelled: new OrderedList(byNumber),
  };
  /** Finished tasks in the order in which they finished. */
  readonly finished = new OrderedList(byCompletion);
  readonly #byType = new Map<string, Bucket>();
  readonly #byTag = new Map<string, Bucket>();
  readonly #byParent = new Map<string, Bucket>();

  #bucketCount = 0;
  #activeBuckets = 0;

  /** What the buckets take, but for the place that an entry has in them. */
  get bytes(): number {
    return BUCKET_BYTES * this.#bucketCount;
  }

  /** Of it, what would remain if every finished task were gone. */
  get activeBytes(): number {
    return BUCKET_BYTES * this.#activeBuckets;
  }

  /** By how much a pending entry makes `activeBytes` grow. */
  bytesToAdd(entry: Entry): number {
    let buckets = 0;
    for (const [index, key] of this.#keysOf(entry)) if (!isActive(index.get(key))) buckets++;
    return BUCKET_BYTES * buckets;
  }

  get activeTasks(): number {
    return this.#byStatus.pending.length + this.#byStatus.running.length;
  }

  add(entry: Entry): void {
    const { status } = entry.task;
    this.#all.add(entry);
    this.#enter(entry, status);
    for (const [index, key] of this.#keysOf(entry)) {
      let bucket = index.get(key);
      if (bucket === undefined) {
        index.set(key, (bucket = { entries: new OrderedList(byNumber), counts: noTasks() }));
        this.#bucketCount++;
      }
      bucket.entries.add(entry);
      this.#count(bucket, status, 1);
    }
  }

  /** For an entry that becomes a task of another status. Answers as {@link Entry.become}. */
  move(entry: Entry, task: Task): number {
    const before = entry.task.status;
    this.#leave(entry, before);
    const replaced = entry.become(task);
    const after = task.status;
    this.#enter(entry, after);
    for (const [index, key] of this.#keysOf(entry)) {
      const bucket = index.get(key) as Bucket;
      this.#count(bucket, before, -1);
      this.#count(bucket, after, 1);
    }
    return replaced;
  }

  delete(entry: Entry): void {
    const { status } = entry.task;
    this.#all.delete(entry);
    this.#leave(entry, status);
    for (const [index, key] of this.#keysOf(entry)) {
      const bucket = index.get(key) as Bucket;
      bucket.entries.delete(entry);
      this.#count(bucket, status, -1);
      if (bucket.entries.length === 0 && index.delete(key)) this.#bucketCount--;
    }
  }

  /** All entries, as they are now. */
  copy(): readonly (readonly Entry[])[] {
    return this.#all.copy();
  }

  counts(filter: TaskFilter): TaskCounts {
    const buckets = this.#buckets(filter);
    const counts = noTasks();
    if (buckets.length > 1) {
      for (const entry of smallest(buckets).entries.ascending(never)) {
        if (matches(entry.task, filter)) counts[entry.task.status]++;
      }
      return counts;
    }
    const source = buckets[0]?.counts;
    for (const status of filter.statuses ?? (Object.keys(counts) as TaskStatus[])) {
      counts[status] = source === undefined ? this.#byStatus[status].length : source[status];
    }
    return counts;
  }

  /** The matching entries in order of number, beyond `after`. */
  *list(
    filter: TaskFilter,
    order: 'newest' | 'oldest',
    after: number | null,
  ): Generator<Entry, void> {
    for (const entry of merge(this.#sources(filter), order, after)) {
      if (matches(entry.task, filter)) yield entry;
    }
  }

  /** The shortest set of lists that together hold every match. */
  #sources(filter: TaskFilter): readonly OrderedList<Entry>[] {
    const byStatus =
      filter.statuses && [...new Set(filter.statuses)].map((status) => this.#byStatus[status]);
    const buckets = this.#buckets(filter);
    if (buckets.length === 0) return byStatus ?? [this.#all];
    const bucket = smallest(buckets).entries;
    const inStatuses = byStatus?.reduce((sum, list) => sum + list.length, 0) ?? Infinity;
    return byStatus && inStatuses < bucket.length ? byStatus : [bucket];
  }

  #buckets(filter: TaskFilter): readonly Bucket[] {
    const buckets: Bucket[] = [];
    if (filter.type !== undefined) buckets.push(this.#byType.get(filter.type) ?? NO_BUCKET);
    if (filter.tag !== undefined) buckets.push(this.#byTag.get(filter.tag) ?? NO_BUCKET);
    if (filter.parentId !== undefined)
      buckets.push(this.#byParent.get(filter.parentId) ?? NO_BUCKET);
    return buckets;
  }

  #keysOf({ task }: Entry): readonly (readonly [Map<string, Bucket>, string])[] {
    const { type, tags, execution } = task;
    if (type === null && tags.length === 0 && execution.parent === null) return NO_KEYS;
    const keys: [Map<string, Bucket>, string][] = [];
    if (type !== null) keys.push([this.#byType, type]);
    for (const tag of tags) keys.push([this.#byTag, tag]);
    if (execution.parent !== null) keys.push([this.#byParent, execution.parent.id]);
    return keys;
  }

  #count(bucket: Bucket, status: TaskStatus, by: 1 | -1): void {
    const wasActive = isActive(bucket);
    bucket.counts[status] += by;
    this.#activeBuckets += Number(isActive(bucket)) - Number(wasActive);
  }

  #enter(entry: Entry, status: TaskStatus): void {
    this.#byStatus[status].add(entry);
    if (isFinished(status)) this.finished.add(entry);
  }

  #leave(entry: Entry, status: TaskStatus): void {
    this.#byStatus[status].delete(entry);
    if (isFinished(status)) this.finished.delete(entry);
  }
}

/** The bucket, its list and counts, and its place in a map; its key is the text of an entry that is in it. */
export const BUCKET_BYTES = 400;

function isActive(bucket: Bucket | undefined): boolean {
  return bucket !== undefined && bucket.counts.pending + bucket.counts.running > 0;
}

const NO_KEYS: readonly [Map<string, Bucket>, string][] = [];

function noTasks(): MutableCounts {
  return { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
}

function byNumber(a: Entry, b: Entry): number {
  return a.task.number - b.task.number;
}

const NO_BUCKET: Bucket = { entries: new OrderedList(byNumber), counts: noTasks() };

/** A wall clock may jump, so the order of finishing is the order of the instants, not of the calls. */
function byCompletion(a: Entry, b: Entry): number {
  return (a.task.completedAt ?? 0) - (b.task.completedAt ?? 0) || byNumber(a, b);
}

function smallest(buckets: readonly Bucket[]): Bucket {
  return buckets.reduce((least, bucket) =>
    bucket.entries.length < least.entries.length ? bucket : least,
  );
}

function never(): boolean {
  return false;
}

/** The entries of all lists beyond `after`, in one order. */
function* merge(
  lists: readonly OrderedList<Entry>[],
  order: 'newest' | 'oldest',
  after: number | null,
): Generator<Entry, void> {
  const readers = lists.map((list) =>
    order === 'oldest'
      ? list.ascending((entry) => after !== null && entry.task.number <= after)
      : list.descending((entry) => after === null || entry.task.number < after),
  );
  if (readers.length === 1) {
    yield* readers[0] as Generator<Entry, void>;
    return;
  }
  const heads = readers.map((reader) => reader.next());
  for (;;) {
    let next = -1;
    for (const [index, head] of heads.entries()) {
      if (head.done) continue;
      const best = heads[next];
      const difference = best === undefined || best.done ? -1 : byNumber(head.value, best.value);
      if (order === 'oldest' ? difference < 0 : best === undefined || difference > 0) next = index;
    }
    const found = heads[next];
    if (found === undefined || found.done) return;
    yield found.value;
    heads[next] = (readers[next] as Generator<Entry, void>).next();
  }
}

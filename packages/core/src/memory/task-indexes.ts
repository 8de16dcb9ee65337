import { matches, type TaskFilter } from '../query.js';
import type { TaskCounts } from '../store.js';
import { isFinished, type Task, type TaskStatus } from '../task.js';
import type { Entry } from './entry.js';
import { SLOT } from './heap-bytes.js';
import { OrderedList } from './ordered-list.js';

type MutableCounts = Record<TaskStatus, number>;

/** The tasks with one type, tag or parent, or with two of these. */
interface Bucket {
  readonly entries: OrderedList<Entry>;
  readonly counts: MutableCounts;
  /** A task can have many tags, and a filter names one. */
  readonly isTag: boolean;
  /** It has had more than {@link LARGE} tasks. */
  isLarge: boolean;
  /** Of one that is large: the tasks that are in another large one, too, by that other. */
  pairs: Map<Bucket, Bucket> | null;
}

/**
 * Finds tasks by status, type, tag, parent and order of finishing without looking at any other task. By two of type, tag and
 * parent it looks at a thousand others at most: where many tasks have the one and many the other, those with both have a
 * list of their own.
 */
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
  /** Places of entries in pairs, and of active ones. */
  #pairPlaces = 0;
  #activePairPlaces = 0;

  /** What the buckets take, but for the place that an entry has in those of its type, tags and parent. */
  get bytes(): number {
    return BUCKET_BYTES * this.#bucketCount + SLOT * this.#pairPlaces;
  }

  /** Of it, what would remain if every finished task were gone. */
  get activeBytes(): number {
    return BUCKET_BYTES * this.#activeBuckets + SLOT * this.#activePairPlaces;
  }

  /** By how much a pending entry makes `activeBytes` grow. */
  bytesToAdd(entry: Entry): number {
    const keys = this.#keysOf(entry);
    let bytes = 0;
    for (const [index, key] of keys) if (!isActive(index.get(key))) bytes += BUCKET_BYTES;
    for (const [a, b] of largePairs(this.#bucketsAt(keys)))
      bytes += SLOT + (isActive(a.pairs?.get(b)) ? 0 : BUCKET_BYTES);
    return bytes;
  }

  get activeTasks(): number {
    return this.#byStatus.pending.length + this.#byStatus.running.length;
  }

  add(entry: Entry): void {
    const { status } = entry.task;
    this.#all.add(entry);
    this.#enter(entry, status);
    const keys = this.#keysOf(entry);
    for (const [index, key] of keys) {
      const bucket = index.get(key) ?? this.#newBucket(index === this.#byTag);
      index.set(key, bucket);
      bucket.entries.add(entry);
      this.#count(bucket, status, 1);
    }
    if (keys.length < 2) return;
    const buckets = this.#bucketsAt(keys);
    for (const [a, b] of largePairs(buckets)) this.#addToPair(a, b, entry);
    for (const bucket of buckets)
      if (bucket.entries.length > LARGE && !bucket.isLarge) this.#becomeLarge(bucket);
  }

  /** For an entry that becomes a task of another status. Answers as {@link Entry.become}. */
  move(entry: Entry, task: Task): number {
    const before = entry.task.status;
    this.#leave(entry, before);
    const replaced = entry.become(task);
    const after = task.status;
    this.#enter(entry, after);
    const buckets = this.#bucketsAt(this.#keysOf(entry));
    for (const bucket of buckets) this.#recount(bucket, before, after);
    for (const [a, b] of largePairs(buckets)) {
      this.#recount(a.pairs?.get(b) as Bucket, before, after);
      this.#activePairPlaces += Number(!isFinished(after)) - Number(!isFinished(before));
    }
    return replaced;
  }

  delete(entry: Entry): void {
    const { status } = entry.task;
    this.#all.delete(entry);
    this.#leave(entry, status);
    const keys = this.#keysOf(entry);
    for (const [a, b] of largePairs(this.#bucketsAt(keys))) this.#deleteFromPair(a, b, entry);
    for (const [index, key] of keys) {
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
    const { bucket, isExact } = this.#narrowest(filter);
    const counts = noTasks();
    if (!isExact && bucket !== null) {
      for (const piece of bucket.entries.pieces)
        for (const { task } of piece) if (matches(task, filter)) counts[task.status]++;
      return counts;
    }
    const source = bucket?.counts;
    for (const status of filter.statuses ?? (Object.keys(counts) as TaskStatus[])) {
      counts[status] = source === undefined ? this.#byStatus[status].length : source[status];
    }
    return counts;
  }

  /** Whether an entry names `id` as its parent. */
  isParent(id: string): boolean {
    return this.#byParent.has(id);
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
    const { bucket, isExact } = this.#narrowest(filter);
    if (bucket === null) return byStatus ?? [this.#all];
    if (isExact && filter.statuses?.every((status) => bucket.counts[status] === 0)) return [];
    const inStatuses = byStatus?.reduce((sum, list) => sum + list.length, 0) ?? Infinity;
    return byStatus && inStatuses < bucket.entries.length ? byStatus : [bucket.entries];
  }

  /**
   * The smallest bucket that holds every match, whatever the status; `null` if any task may match. `isExact`: what is in it
   * matches but for the status.
   */
  #narrowest(filter: TaskFilter): { readonly bucket: Bucket | null; readonly isExact: boolean } {
    const buckets = this.#buckets(filter);
    let bucket: Bucket | null = null;
    let attributes = 0;
    const consider = (other: Bucket, of: number): void => {
      // As small, a pair is better than one: nothing that is in it need be looked at.
      const more = bucket === null ? -1 : other.entries.length - bucket.entries.length;
      if (more < 0 || (more === 0 && of > attributes)) [bucket, attributes] = [other, of];
    };
    for (const one of buckets) consider(one, 1);
    for (const [a, b] of largePairs(buckets)) consider(a.pairs?.get(b) ?? NO_BUCKET, 2);
    return { bucket, isExact: attributes === buckets.length };
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

  /** The buckets of an entry that is in them; those that there are, for one that is not yet. */
  #bucketsAt(keys: readonly (readonly [Map<string, Bucket>, string])[]): readonly Bucket[] {
    if (keys.length === 0) return NO_BUCKETS;
    const buckets: Bucket[] = [];
    for (const [index, key] of keys) {
      const bucket = index.get(key);
      if (bucket !== undefined) buckets.push(bucket);
    }
    return buckets;
  }

  #newBucket(isTag: boolean): Bucket {
    this.#bucketCount++;
    return emptyBucket(isTag);
  }

  #count(bucket: Bucket, status: TaskStatus, by: 1 | -1): void {
    const wasActive = isActive(bucket);
    bucket.counts[status] += by;
    this.#activeBuckets += Number(isActive(bucket)) - Number(wasActive);
  }

  #recount(bucket: Bucket, before: TaskStatus, after: TaskStatus): void {
    this.#count(bucket, before, -1);
    this.#count(bucket, after, 1);
  }

  /** Lists those of its tasks that are in another large bucket, too. Once in the life of a bucket. */
  #becomeLarge(bucket: Bucket): void {
    bucket.isLarge = true;
    for (const piece of bucket.entries.pieces)
      for (const entry of piece)
        for (const [a, b] of largePairs(this.#bucketsAt(this.#keysOf(entry))))
          if (a === bucket || b === bucket) this.#addToPair(a, b, entry);
  }

  #addToPair(a: Bucket, b: Bucket, entry: Entry): void {
    const { status } = entry.task;
    a.pairs ??= new Map();
    const pair = a.pairs.get(b) ?? this.#newBucket(false);
    a.pairs.set(b, pair);
    pair.entries.add(entry);
    this.#count(pair, status, 1);
    this.#pairPlaces++;
    if (!isFinished(status)) this.#activePairPlaces++;
  }

  #deleteFromPair(a: Bucket, b: Bucket, entry: Entry): void {
    const { status } = entry.task;
    const pair = a.pairs?.get(b) as Bucket;
    pair.entries.delete(entry);
    this.#count(pair, status, -1);
    this.#pairPlaces--;
    if (!isFinished(status)) this.#activePairPlaces--;
    if (pair.entries.length === 0 && a.pairs?.delete(b)) this.#bucketCount--;
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

/**
 * Tasks that may be looked at one by one: a tenth of a millisecond. Beyond, the pairs of a bucket take eight bytes a task and
 * pair.
 */
const LARGE = 1_000;

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

function emptyBucket(isTag: boolean): Bucket {
  const entries = new OrderedList(byNumber);
  return { entries, counts: noTasks(), isTag, isLarge: false, pairs: null };
}

/** Every two of `buckets` that have lists of their own for what is in both, in the order of these. */
function largePairs(buckets: readonly Bucket[]): readonly (readonly [Bucket, Bucket])[] {
  if (buckets.length < 2) return NO_PAIRS;
  const large = buckets.filter(({ isLarge }) => isLarge);
  if (large.length < 2) return NO_PAIRS;
  const pairs: [Bucket, Bucket][] = [];
  for (const [index, a] of large.entries())
    for (const b of large.slice(index + 1)) if (!(a.isTag && b.isTag)) pairs.push([a, b]);
  return pairs;
}

const NO_PAIRS: readonly [Bucket, Bucket][] = [];

const NO_BUCKET = emptyBucket(false);

const NO_BUCKETS: readonly Bucket[] = [];

/** A wall clock may jump, so the order of finishing is the order of the instants, not of the calls. */
function byCompletion(a: Entry, b: Entry): number {
  return (a.task.completedAt ?? 0) - (b.task.completedAt ?? 0) || byNumber(a, b);
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

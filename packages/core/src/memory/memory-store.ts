import type { Clock } from '../clock.js';
import { systemClock } from '../clock.js';
import { TaskMonitorError } from '../errors.js';
import { checkOptions, positiveInteger } from '../options.js';
import { matches, type TaskFilter } from '../query.js';
import type {
  AppendOutputRequest,
  CancelRequest,
  Change,
  ChangePage,
  ChangesRequest,
  CreateRequest,
  CreateResult,
  ExpireAnswer,
  ExpireRequest,
  LeaseAnswer,
  LeaseRequest,
  LeaseState,
  ListPage,
  ListRequest,
  Operation,
  Position,
  ProgressRequest,
  PruneAnswer,
  PruneRequest,
  StoreAudit,
  TaskCounts,
  TaskOutput,
  TaskPatch,
  TaskStore,
  TransitionRequest,
  WriteResult,
} from '../store.js';
import { isFinished, type Task, type TaskStatus } from '../task.js';
import { newTask, patchTask } from '../task-patch.js';
import { audit } from './audit.js';
import { ChangeRing } from './change-ring.js';
import { Entry } from './entry.js';
import { Executions } from './executions.js';
import { KeptTasks, type MemoryEvictions } from './kept-tasks.js';
import { type DeadOwners, Leases } from './leases.js';
import { RecentOperations } from './recent-operations.js';

export interface MemoryStoreOptions {
  /** Finished tasks kept; beyond, the one that finished first goes. Default 100,000: about 100 MB of small tasks. */
  readonly maxFinished?: number;
  /** Pending and running tasks kept; beyond, `register` rejects with CAPACITY. Default 100,000, as for finished ones. */
  readonly maxActive?: number;
  /**
   * Bytes of memory that tasks with their results and output may take, as the store estimates them; beyond, finished tasks
   * go, those that finished first first. What active ones take alone bounds `register` (CAPACITY) and the output that is
   * kept of them. Default 256 MiB: 4,000 tasks of 64 KB, and more than as many small ones take as may be kept.
   */
  readonly maxBytes?: number;
  /** Changes that a reader may lag behind before it is told `reset`. Default 10,000: some seconds of heavy traffic. */
  readonly changes?: number;
  /** For leases. Default: the machine's. */
  readonly clock?: Clock;
}

/**
 * Keeps tasks in this process's memory: no infrastructure, gone with the process. The reference implementation of
 * {@link TaskStore}: every operation is atomic because it is synchronous inside.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS
 */
export class MemoryStore implements TaskStore {
  readonly #kept: KeptTasks;
  /** Running tasks somebody wants cancelled. Few, and so worth no order. */
  readonly #cancelRequested = new Set<Entry>();
  readonly #changes: ChangeRing;
  readonly #done = new RecentOperations();
  readonly #leases: Leases;
  readonly #executions = new Executions();
  #lastNumber = 0;
  #closed = false;

  constructor(options: MemoryStoreOptions = {}) {
    checkOptions('MemoryStore', options, {
      maxFinished: positiveInteger,
      maxActive: positiveInteger,
      maxBytes: positiveInteger,
      changes: positiveInteger,
      clock: null,
    });
    this.#kept = new KeptTasks({
      maxFinished: options.maxFinished ?? 100_000,
      maxActive: options.maxActive ?? 100_000,
      maxBytes: options.maxBytes ?? 256 * 1024 * 1024,
    });
    this.#changes = new ChangeRing(options.changes ?? 10_000);
    const clock = options.clock ?? systemClock;
    this.#leases = new Leases(() => clock.monotonic());
  }

  /** What its tasks take of memory, results, output and indexes included, as far as it can be estimated. O(1). */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /** Finished tasks that gave way to a limit of this store since it was made. O(1). */
  get evictions(): MemoryEvictions {
    return this.#kept.evictions;
  }

  async create({ task: made, idempotencyKey, operation }: CreateRequest): Promise<CreateResult> {
    this.#assertOpen();
    const twin = idempotencyKey === null ? undefined : this.#kept.withKey(idempotencyKey);
    if (twin !== undefined) return { outcome: 'duplicate', task: twin.task };
    const namesake = this.#kept.withId(made.id);
    if (namesake !== undefined) {
      return {
        outcome: this.#done.has(operation) ? 'duplicate' : 'exists',
        task: namesake.task,
      };
    }
    const task = newTask(made, this.#lastNumber + 1, this.#executions.of(made));
    const entry = new Entry(task, idempotencyKey);
    const limit = this.#kept.limitAgainst(entry);
    if (limit !== null) return { outcome: 'full', task: null, limit };
    this.#lastNumber++;
    this.#kept.add(entry);
    this.#done.add(operation);
    this.#changes.changed('task.registered', task);
    this.#makeRoom(entry);
    return { outcome: 'applied', task };
  }

  async transition(
    id: string,
    { from, owner, version, driver, set, operation }: TransitionRequest,
  ): Promise<WriteResult> {
    this.#assertOpen();
    const entry = this.#kept.withId(id);
    if (entry === undefined) return MISSING;
    const { task } = entry;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task };
    const isExpected =
      from.includes(task.status) &&
      (owner === null || task.execution.owner?.id === owner) &&
      (version === undefined || task.version === version) &&
      (driver === undefined || task.execution.driver === driver);
    if (!isExpected) return { outcome: 'conflict', task };
    return this.#apply(entry, set, operation, changeTypeOf(task.status, set.status));
  }

  async progress(
    id: string,
    { update, at, owner, operation }: ProgressRequest,
  ): Promise<WriteResult> {
    this.#assertOpen();
    const entry = this.#kept.withId(id);
    if (entry === undefined) return MISSING;
    const { task } = entry;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task };
    if (task.status !== 'running' || (owner !== null && task.execution.owner?.id !== owner)) {
      return { outcome: 'conflict', task };
    }
    return this.#apply(entry, { progress: update, progressAt: at }, operation, 'task.progress');
  }

  async requestCancel(id: string, { cancel, operation }: CancelRequest): Promise<WriteResult> {
    this.#assertOpen();
    const entry = this.#kept.withId(id);
    if (entry === undefined) return MISSING;
    const { task } = entry;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task };
    if (task.status !== 'running') return { outcome: 'conflict', task };
    if (task.execution.cancel !== null) return { outcome: 'duplicate', task };
    this.#cancelRequested.add(entry);
    return this.#apply(entry, { cancel }, operation, 'task.cancel-requested');
  }

  async appendOutput(id: string, { lines, operation }: AppendOutputRequest): Promise<WriteResult> {
    this.#assertOpen();
    const entry = this.#kept.withId(id);
    if (entry === undefined) return MISSING;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task: entry.task };
    if (isFinished(entry.task.status)) return { outcome: 'conflict', task: entry.task };
    const task = patchTask(entry.task, {}, entry.task.execution);
    const added = this.#kept.change(entry, () => entry.append(lines));
    this.#kept.become(entry, task);
    this.#done.add(operation);
    this.#changes.output(task, added);
    this.#makeRoom(entry);
    return { outcome: 'applied', task };
  }

  async output(id: string, after: number): Promise<TaskOutput | null> {
    this.#assertOpen();
    const entry = this.#kept.withId(id);
    if (entry === undefined) return null;
    return { lines: entry.output?.after(after) ?? [], lastNumber: entry.output?.lastNumber ?? 0 };
  }

  async get(id: string): Promise<Task | null> {
    this.#assertOpen();
    return this.#kept.withId(id)?.task ?? null;
  }

  async list({ filter, order, after, limit }: ListRequest): Promise<ListPage> {
    this.#assertOpen();
    const tasks: Task[] = [];
    for (const { task } of this.#kept.indexes.list(filter, order, after)) {
      if (tasks.length === limit) return { tasks, more: true };
      tasks.push(task);
    }
    return { tasks, more: false };
  }

  async counts(filter: TaskFilter): Promise<TaskCounts> {
    this.#assertOpen();
    return this.#kept.indexes.counts(filter);
  }

  async parents(ids: readonly string[]): Promise<readonly string[]> {
    this.#assertOpen();
    return ids.filter((id) => this.#kept.indexes.isParent(id));
  }

  async audit(): Promise<StoreAudit> {
    this.#assertOpen();
    return audit(this.#kept, () => this.#assertOpen());
  }

  async changesAfter(position: Position | null, request: ChangesRequest): Promise<ChangePage> {
    this.#assertOpen();
    const page = await this.#changes.after(position, request);
    this.#assertOpen();
    return page;
  }

  async renewLease(request: LeaseRequest): Promise<LeaseAnswer> {
    this.#assertOpen();
    const outcome = this.#leases.renew(request);
    const cancelRequested: string[] = [];
    for (const { task } of this.#cancelRequested) {
      if (task.execution.owner?.id === request.owner.id) cancelRequested.push(task.id);
    }
    return { outcome, cancelRequested };
  }

  async releaseLease(owner: string): Promise<void> {
    this.#assertOpen();
    this.#leases.release(owner);
  }

  async expireLeases(request: ExpireRequest): Promise<ExpireAnswer> {
    this.#assertOpen();
    const { error, endedBy, at, limit, operation } = request;
    const dead = this.#leases.dead(request);
    const victims = this.#activeTasksOf(dead, limit + 1);
    const more = victims.length > limit;
    const tasks = victims.slice(0, limit).map((entry) => {
      const set: TaskPatch = { status: 'failed', completedAt: at, error, endedBy };
      return this.#apply(entry, set, operation, 'task.failed').task;
    });
    if (!more) for (const ownerId of dead.named) this.#leases.release(ownerId);
    return { tasks, more, holders: this.#leases.holders() };
  }

  async leases(): Promise<readonly LeaseState[]> {
    this.#assertOpen();
    return this.#leases.states();
  }

  async prune({
    completedBefore,
    keepFinished,
    filter,
    limit,
  }: PruneRequest): Promise<PruneAnswer> {
    this.#assertOpen();
    let surplus = this.#finishedTasks(filter) - keepFinished;
    const found: Entry[] = [];
    let more = false;
    for (const entry of this.#kept.indexes.finished.ascending(() => false)) {
      if (surplus <= 0 && (entry.task.completedAt ?? 0) > completedBefore) break;
      if (!matches(entry.task, filter)) continue;
      if (found.length === limit) {
        more = true;
        break;
      }
      found.push(entry);
      surplus--;
    }
    this.#forget(found);
    return { removed: found.length, more };
  }

  async remove(id: string, _operation: Operation): Promise<WriteResult> {
    this.#assertOpen();
    const entry = this.#kept.withId(id);
    if (entry === undefined) return MISSING;
    if (!isFinished(entry.task.status)) return { outcome: 'conflict', task: entry.task };
    this.#forget([entry]);
    return { outcome: 'applied', task: entry.task };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#changes.wake();
  }

  #apply(
    entry: Entry,
    patch: TaskPatch,
    operation: Operation,
    type: Exclude<Change['type'], 'task.output' | 'task.removed'>,
  ): { readonly outcome: 'applied'; readonly task: Task } {
    const execution = this.#executions.patched(entry.task.execution, patch);
    const task = patchTask(entry.task, patch, execution);
    const replaced = this.#kept.become(entry, task);
    this.#done.add(operation);
    this.#changes.changed(type, task, replaced);
    if (isFinished(task.status)) this.#cancelRequested.delete(entry);
    this.#makeRoom(entry);
    return { outcome: 'applied', task };
  }

  #makeRoom(written: Entry): void {
    const dropped = this.#kept.makeRoom(written);
    if (dropped.length > 0) this.#tellRemoved(dropped);
  }

  #forget(entries: readonly Entry[]): void {
    for (const entry of entries) this.#kept.drop(entry);
    if (entries.length > 0) this.#tellRemoved(entries);
  }

  #tellRemoved(entries: readonly Entry[]): void {
    const ids = entries.map(({ task }) => task.id);
    this.#changes.removed(
      Object.freeze(ids),
      entries.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  }

  #activeTasksOf({ named, alsoWithoutLease }: DeadOwners, limit: number): readonly Entry[] {
    const found: Entry[] = [];
    if (named.size === 0 && !alsoWithoutLease) return found;
    for (const entry of this.#kept.indexes.list(
      { statuses: ['pending', 'running'] },
      'oldest',
      null,
    )) {
      const { owner } = entry.task.execution;
      if (owner === null) continue;
      const isDead = named.has(owner.id) || (alsoWithoutLease && !this.#leases.isHeldBy(owner.id));
      if (isDead) found.push(entry);
      if (found.length === limit) break;
    }
    return found;
  }

  #finishedTasks(filter: TaskFilter): number {
    const { completed, failed, cancelled } = this.#kept.indexes.counts(filter);
    return completed + failed + cancelled;
  }

  #assertOpen(): void {
    if (this.#closed)
      throw new TaskMonitorError('STORE_UNAVAILABLE', 'The memory store is closed.');
  }
}

const MISSING: WriteResult = Object.freeze({ outcome: 'missing', task: null });

function changeTypeOf(
  before: TaskStatus,
  after: TaskStatus = before,
): Exclude<Change['type'], 'task.output' | 'task.removed'> {
  if (after === before) return 'task.progress';
  return after === 'running'
    ? 'task.started'
    : (`task.${after}` as 'task.completed' | 'task.failed' | 'task.cancelled');
}

import type { Clock } from '../clock.js';
import { systemClock } from '../clock.js';
import { checkOptions, positiveInteger } from '../options.js';
import type { TaskFilter } from '../query.js';
import type {
  AppendOutputRequest,
  CancelRequest,
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
import type { Task } from '../task.js';
import type { TaskWrites } from '../task-writes.js';
import { audit } from './audit.js';
import type { Entry } from './entry.js';
import type { MemoryEvictions } from './kept-tasks.js';
import { type DeadOwners, Leases } from './leases.js';
import { MemoryTasks } from './memory-tasks.js';

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

let tasksOf: (store: MemoryStore) => MemoryTasks;

/**
 * Keeps tasks in this process's memory: no infrastructure, gone with the process. The reference implementation of
 * {@link TaskStore}: every operation is atomic because it is synchronous inside.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS
 */
export class MemoryStore implements TaskStore {
  readonly #tasks: MemoryTasks;
  readonly #leases: Leases;

  static {
    tasksOf = (store) => store.#tasks;
  }

  constructor(options: MemoryStoreOptions = {}) {
    checkOptions('MemoryStore', options, {
      maxFinished: positiveInteger,
      maxActive: positiveInteger,
      maxBytes: positiveInteger,
      changes: positiveInteger,
      clock: null,
    });
    this.#tasks = new MemoryTasks(
      {
        maxFinished: options.maxFinished ?? 100_000,
        maxActive: options.maxActive ?? 100_000,
        maxBytes: options.maxBytes ?? 256 * 1024 * 1024,
      },
      options.changes ?? 10_000,
    );
    const clock = options.clock ?? systemClock;
    this.#leases = new Leases(() => clock.monotonic());
  }

  /** What its tasks take of memory, results, output and indexes included, as far as it can be estimated. O(1). */
  get bytes(): number {
    return this.#tasks.kept.bytes;
  }

  /** Finished tasks that gave way to a limit of this store since it was made. O(1). */
  get evictions(): MemoryEvictions {
    return this.#tasks.kept.evictions;
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    return this.#tasks.create(request);
  }

  async transition(id: string, request: TransitionRequest): Promise<WriteResult> {
    return this.#tasks.transition(id, request);
  }

  async progress(id: string, request: ProgressRequest): Promise<WriteResult> {
    return this.#tasks.progress(id, request);
  }

  async requestCancel(id: string, request: CancelRequest): Promise<WriteResult> {
    return this.#tasks.requestCancel(id, request);
  }

  async appendOutput(id: string, request: AppendOutputRequest): Promise<WriteResult> {
    return this.#tasks.appendOutput(id, request);
  }

  async output(id: string, after: number): Promise<TaskOutput | null> {
    this.#tasks.assertOpen();
    const entry = this.#tasks.kept.withId(id);
    if (entry === undefined) return null;
    return { lines: entry.output?.after(after) ?? [], lastNumber: entry.output?.lastNumber ?? 0 };
  }

  async get(id: string): Promise<Task | null> {
    return this.#tasks.get(id);
  }

  async list({ filter, order, after, limit }: ListRequest): Promise<ListPage> {
    this.#tasks.assertOpen();
    const tasks: Task[] = [];
    for (const { task } of this.#tasks.kept.indexes.list(filter, order, after)) {
      if (tasks.length === limit) return { tasks, more: true };
      tasks.push(task);
    }
    return { tasks, more: false };
  }

  async counts(filter: TaskFilter): Promise<TaskCounts> {
    this.#tasks.assertOpen();
    return this.#tasks.kept.indexes.counts(filter);
  }

  async parents(ids: readonly string[]): Promise<readonly string[]> {
    this.#tasks.assertOpen();
    return ids.filter((id) => this.#tasks.kept.indexes.isParent(id));
  }

  async audit(): Promise<StoreAudit> {
    this.#tasks.assertOpen();
    return audit(this.#tasks.kept, () => this.#tasks.assertOpen());
  }

  async changesAfter(position: Position | null, request: ChangesRequest): Promise<ChangePage> {
    this.#tasks.assertOpen();
    const page = await this.#tasks.changes.after(position, request);
    this.#tasks.assertOpen();
    return page;
  }

  async renewLease(request: LeaseRequest): Promise<LeaseAnswer> {
    this.#tasks.assertOpen();
    const outcome = this.#leases.renew(request);
    const cancelRequested: string[] = [];
    for (const { task } of this.#tasks.cancelRequested) {
      if (task.execution.owner?.id === request.owner.id) cancelRequested.push(task.id);
    }
    return { outcome, cancelRequested };
  }

  async releaseLease(owner: string): Promise<void> {
    this.#tasks.assertOpen();
    this.#leases.release(owner);
  }

  async expireLeases(request: ExpireRequest): Promise<ExpireAnswer> {
    this.#tasks.assertOpen();
    const { error, endedBy, at, limit, operation } = request;
    const dead = this.#leases.dead(request);
    const victims = this.#activeTasksOf(dead, limit + 1);
    const more = victims.length > limit;
    const tasks = victims.slice(0, limit).map((entry) => {
      const set: TaskPatch = { status: 'failed', completedAt: at, error, endedBy };
      return this.#tasks.apply(entry, set, operation, 'task.failed').task;
    });
    if (!more) for (const ownerId of dead.named) this.#leases.release(ownerId);
    return { tasks, more, holders: this.#leases.holders() };
  }

  async leases(): Promise<readonly LeaseState[]> {
    this.#tasks.assertOpen();
    return this.#leases.states();
  }

  async prune(request: PruneRequest): Promise<PruneAnswer> {
    return this.#tasks.prune(request);
  }

  async remove(id: string, _operation: Operation): Promise<WriteResult> {
    return this.#tasks.remove(id);
  }

  async close(): Promise<void> {
    this.#tasks.close();
  }

  #activeTasksOf({ named, alsoWithoutLease }: DeadOwners, limit: number): readonly Entry[] {
    const found: Entry[] = [];
    if (named.size === 0 && !alsoWithoutLease) return found;
    for (const entry of this.#tasks.kept.indexes.list(
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
}

/** For the monitor that made `store`: what is called of this is done at once, past whatever others put before `store`. */
export function writesOf(store: MemoryStore): TaskWrites {
  return tasksOf(store);
}

import { TaskMonitorError } from '../errors.js';
import { matches, type TaskFilter } from '../query.js';
import type {
  AppendOutputRequest,
  CancelRequest,
  Change,
  CreateRequest,
  CreateResult,
  Operation,
  ProgressRequest,
  PruneAnswer,
  PruneRequest,
  TaskPatch,
  TransitionRequest,
  WriteResult,
} from '../store.js';
import { isFinished, type Task, type TaskStatus } from '../task.js';
import { newTask, patchTask } from '../task-patch.js';
import type { TaskWrites } from '../task-writes.js';
import { ChangeRing } from './change-ring.js';
import { Entry } from './entry.js';
import { Executions } from './executions.js';
import { type KeptLimits, KeptTasks } from './kept-tasks.js';
import { RecentOperations } from './recent-operations.js';

type TaskChangeType = Exclude<Change['type'], 'task.output' | 'task.removed'>;

interface Applied {
  readonly outcome: 'applied';
  readonly task: Task;
}

/** The tasks of a memory store, and all that is written of them. Each write is atomic because it is done at once. */
export class MemoryTasks implements TaskWrites {
  readonly kept: KeptTasks;
  readonly changes: ChangeRing;
  /** Running tasks somebody wants cancelled. Few, and so worth no order. */
  readonly cancelRequested = new Set<Entry>();
  readonly #done = new RecentOperations();
  readonly #executions = new Executions();
  #lastNumber = 0;
  #closed = false;

  constructor(limits: KeptLimits, changes: number) {
    this.kept = new KeptTasks(limits);
    this.changes = new ChangeRing(changes);
  }

  create({ task: made, idempotencyKey, operation }: CreateRequest): CreateResult {
    this.assertOpen();
    const twin = idempotencyKey === null ? undefined : this.kept.withKey(idempotencyKey);
    if (twin !== undefined) return { outcome: 'duplicate', task: twin.task };
    const namesake = this.kept.withId(made.id);
    if (namesake !== undefined) {
      return {
        outcome: this.#done.has(operation) ? 'duplicate' : 'exists',
        task: namesake.task,
      };
    }
    const task = newTask(made, this.#lastNumber + 1, this.#executions.of(made));
    const entry = new Entry(task, idempotencyKey);
    const limit = this.kept.limitAgainst(entry);
    if (limit !== null) return { outcome: 'full', task: null, limit };
    this.#lastNumber++;
    this.kept.add(entry);
    this.#done.add(operation);
    this.changes.changed('task.registered', task);
    this.#makeRoom(entry);
    return { outcome: 'applied', task };
  }

  transition(
    id: string,
    { from, owner, version, driver, set, operation }: TransitionRequest,
  ): WriteResult {
    this.assertOpen();
    const entry = this.kept.withId(id);
    if (entry === undefined) return MISSING;
    const { task } = entry;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task };
    const isExpected =
      from.includes(task.status) &&
      (owner === null || task.execution.owner?.id === owner) &&
      (version === undefined || task.version === version) &&
      (driver === undefined || task.execution.driver === driver);
    if (!isExpected) return { outcome: 'conflict', task };
    return this.apply(entry, set, operation, changeTypeOf(task.status, set.status));
  }

  progress(id: string, { update, at, owner, operation }: ProgressRequest): WriteResult {
    this.assertOpen();
    const entry = this.kept.withId(id);
    if (entry === undefined) return MISSING;
    const { task } = entry;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task };
    if (task.status !== 'running' || (owner !== null && task.execution.owner?.id !== owner)) {
      return { outcome: 'conflict', task };
    }
    return this.apply(entry, { progress: update, progressAt: at }, operation, 'task.progress');
  }

  requestCancel(id: string, { cancel, operation }: CancelRequest): WriteResult {
    this.assertOpen();
    const entry = this.kept.withId(id);
    if (entry === undefined) return MISSING;
    const { task } = entry;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task };
    if (task.status !== 'running') return { outcome: 'conflict', task };
    if (task.execution.cancel !== null) return { outcome: 'duplicate', task };
    this.cancelRequested.add(entry);
    return this.apply(entry, { cancel }, operation, 'task.cancel-requested');
  }

  appendOutput(id: string, { lines, operation }: AppendOutputRequest): WriteResult {
    this.assertOpen();
    const entry = this.kept.withId(id);
    if (entry === undefined) return MISSING;
    if (this.#done.has(operation)) return { outcome: 'duplicate', task: entry.task };
    if (isFinished(entry.task.status)) return { outcome: 'conflict', task: entry.task };
    const task = patchTask(entry.task, {}, entry.task.execution);
    const added = this.kept.change(entry, () => entry.append(lines));
    this.kept.become(entry, task);
    this.#done.add(operation);
    this.changes.output(task, added);
    this.#makeRoom(entry);
    return { outcome: 'applied', task };
  }

  prune({ completedBefore, keepFinished, filter, limit }: PruneRequest): PruneAnswer {
    this.assertOpen();
    let surplus = this.#finishedTasks(filter) - keepFinished;
    const found: Entry[] = [];
    let more = false;
    for (const entry of this.kept.indexes.finished.ascending(() => false)) {
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

  remove(id: string): WriteResult {
    this.assertOpen();
    const entry = this.kept.withId(id);
    if (entry === undefined) return MISSING;
    if (!isFinished(entry.task.status)) return { outcome: 'conflict', task: entry.task };
    this.#forget([entry]);
    return { outcome: 'applied', task: entry.task };
  }

  get(id: string): Task | null {
    this.assertOpen();
    return this.kept.withId(id)?.task ?? null;
  }

  /** What {@link transition} writes, whatever the task is. */
  apply(entry: Entry, patch: TaskPatch, operation: Operation, type: TaskChangeType): Applied {
    const execution = this.#executions.patched(entry.task.execution, patch);
    const task = patchTask(entry.task, patch, execution);
    const replaced = this.kept.become(entry, task);
    this.#done.add(operation);
    this.changes.changed(type, task, replaced);
    if (this.cancelRequested.size > 0 && isFinished(task.status))
      this.cancelRequested.delete(entry);
    this.#makeRoom(entry);
    return { outcome: 'applied', task };
  }

  close(): void {
    this.#closed = true;
    this.changes.wake();
  }

  /** @throws {@link TaskMonitorError} STORE_UNAVAILABLE */
  assertOpen(): void {
    if (this.#closed)
      throw new TaskMonitorError('STORE_UNAVAILABLE', 'The memory store is closed.');
  }

  #makeRoom(written: Entry): void {
    const dropped = this.kept.makeRoom(written);
    if (dropped.length > 0) this.#tellRemoved(dropped);
  }

  #forget(entries: readonly Entry[]): void {
    for (const entry of entries) this.kept.drop(entry);
    if (entries.length > 0) this.#tellRemoved(entries);
  }

  #tellRemoved(entries: readonly Entry[]): void {
    const ids = entries.map(({ task }) => task.id);
    this.changes.removed(
      Object.freeze(ids),
      entries.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  }

  #finishedTasks(filter: TaskFilter): number {
    const { completed, failed, cancelled } = this.kept.indexes.counts(filter);
    return completed + failed + cancelled;
  }
}

const MISSING: WriteResult = Object.freeze({ outcome: 'missing', task: null });

function changeTypeOf(before: TaskStatus, after: TaskStatus = before): TaskChangeType {
  return after === before ? 'task.progress' : CHANGE_TO[after];
}

const CHANGE_TO = {
  pending: 'task.progress',
  running: 'task.started',
  completed: 'task.completed',
  failed: 'task.failed',
  cancelled: 'task.cancelled',
} as const satisfies Record<TaskStatus, TaskChangeType>;

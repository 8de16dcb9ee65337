import type { ProgressChange } from '../progress.js';
import type {
  CreateResult,
  NewTask,
  Operation,
  PruneAnswer,
  PruneRequest,
  TaskPatch,
  TaskStore,
  TransitionRequest,
  WriteResult,
} from '../store.js';
import type { Cancellation, Task, TaskStatus } from '../task.js';
import { aCancellation, aFailure, aNewTask, anOwner, CREATED_AT, deepFrozen } from './builders.js';

/** A patch that ends a task. */
export type Ending = TaskPatch & { readonly status: 'completed' | 'failed' | 'cancelled' };

/**
 * Writes to a store as one monitor does: every write has the next operation. A verb that is expected to be applied answers
 * with the task and throws otherwise; those that begin with `try` answer with what the store reported.
 */
export class Writer {
  readonly #store: TaskStore;
  readonly id: string;
  #sequence = 0;
  #made = 0;

  constructor(store: TaskStore, id = 'monitor-1') {
    this.#store = store;
    this.id = id;
  }

  operation(): Operation {
    return Object.freeze({ writer: this.id, sequence: ++this.#sequence });
  }

  /** A pending task: `task-1`, `task-2` … unless an id is given. */
  async create(given: Partial<NewTask> = {}, idempotencyKey: string | null = null): Promise<Task> {
    return applied(await this.tryCreate({ id: `task-${++this.#made}`, ...given }, idempotencyKey));
  }

  /** A task that was started by `owner-1`, unless another owner is given. */
  async createRunning(given: Partial<NewTask> = {}, owner = anOwner()): Promise<Task> {
    const { id } = await this.create(given);
    return this.start(id, { owner });
  }

  async createFinished(given: Partial<NewTask> = {}, set: Partial<Ending> = {}): Promise<Task> {
    const { id } = await this.createRunning(given);
    return this.end(id, set);
  }

  /** A task of any status. */
  async createIn(status: TaskStatus, given: Partial<NewTask> = {}): Promise<Task> {
    if (status === 'pending') return this.create(given);
    if (status === 'running') return this.createRunning(given);
    return this.createFinished(given, { status });
  }

  async start(id: string, set: TaskPatch = {}): Promise<Task> {
    return applied(
      await this.tryTransition(id, ['pending'], {
        status: 'running',
        startedAt: CREATED_AT + 1_000,
        owner: anOwner(),
        ...set,
      }),
    );
  }

  /** Ends a task, as completed unless said otherwise. */
  async end(id: string, set: Partial<Ending> = {}): Promise<Task> {
    return applied(await this.tryEnd(id, set));
  }

  async progress(id: string, update: ProgressChange, at = CREATED_AT + 2_000): Promise<Task> {
    return applied(await this.tryProgress(id, update, at));
  }

  async log(id: string, ...texts: readonly string[]): Promise<Task> {
    return applied(await this.tryLog(id, ...texts));
  }

  async requestCancel(id: string, cancel = aCancellation()): Promise<Task> {
    return applied(await this.tryRequestCancel(id, cancel));
  }

  async remove(id: string): Promise<void> {
    const { outcome } = await this.tryRemove(id);
    if (outcome !== 'applied') throw notApplied(outcome);
  }

  /** Removes nothing by age or number, unless it is told to. */
  prune(given: Partial<PruneRequest>): Promise<PruneAnswer> {
    return this.#store.prune({
      completedBefore: 0,
      keepFinished: Number.MAX_SAFE_INTEGER,
      filter: {},
      limit: 1_000,
      operation: this.operation(),
      ...given,
    });
  }

  tryCreate(
    given: Partial<NewTask> = {},
    idempotencyKey: string | null = null,
  ): Promise<CreateResult> {
    return this.#store.create({
      task: aNewTask(given),
      idempotencyKey,
      operation: this.operation(),
    });
  }

  tryTransition(
    id: string,
    from: readonly TaskStatus[],
    set: TaskPatch,
    guard: Partial<Pick<TransitionRequest, 'owner' | 'version' | 'driver'>> = {},
  ): Promise<WriteResult> {
    return this.#store.transition(id, {
      from,
      owner: null,
      ...guard,
      set: deepFrozen(set),
      operation: this.operation(),
    });
  }

  tryEnd(id: string, set: Partial<Ending> = {}): Promise<WriteResult> {
    const { status = 'completed' } = set;
    return this.tryTransition(id, ['pending', 'running'], {
      status,
      completedAt: CREATED_AT + 9_000,
      endedBy: { cause: status === 'cancelled' ? 'cancel' : 'caller', monitor: this.id },
      ...(status === 'failed' && { error: aFailure() }),
      ...(status === 'cancelled' && { cancel: aCancellation() }),
      ...set,
    });
  }

  tryProgress(
    id: string,
    update: ProgressChange,
    at = CREATED_AT + 2_000,
    owner: string | null = null,
  ): Promise<WriteResult> {
    return this.#store.progress(id, {
      update: deepFrozen(update),
      at,
      owner,
      operation: this.operation(),
    });
  }

  tryLog(id: string, ...texts: readonly string[]): Promise<WriteResult> {
    const lines = texts.map((text) => ({ stream: 'log' as const, text, at: CREATED_AT + 3_000 }));
    return this.#store.appendOutput(id, { lines: deepFrozen(lines), operation: this.operation() });
  }

  tryRequestCancel(id: string, cancel: Cancellation = aCancellation()): Promise<WriteResult> {
    return this.#store.requestCancel(id, { cancel, operation: this.operation() });
  }

  tryRemove(id: string): Promise<WriteResult> {
    return this.#store.remove(id, this.operation());
  }
}

/** The task of a write that has to have been applied for the test to go on. */
function applied(result: CreateResult | WriteResult): Task {
  if (result.outcome === 'applied') return result.task;
  throw notApplied(result.outcome);
}

function notApplied(outcome: string): Error {
  return new Error(`Expected the write to be applied, it was "${outcome}".`);
}

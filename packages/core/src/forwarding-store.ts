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
  TaskStore,
  TransitionRequest,
  WriteResult,
} from './store.js';
import type { TaskFilter } from './query.js';
import type { Task } from './task.js';

export type StoreMethod = keyof TaskStore;

/** A look at every task takes its time, and nobody waits for it. */
const AUDIT_MS = 120_000;

/** A store that stands before another one and does something of its own about every call, or about some. */
export abstract class ForwardingStore implements TaskStore {
  protected readonly inner: TaskStore;

  constructor(inner: TaskStore) {
    this.inner = inner;
  }

  /** Where the calls end up. */
  get innermost(): TaskStore {
    return this.inner instanceof ForwardingStore ? this.inner.innermost : this.inner;
  }

  /** Every call comes by here. `waitMs`: for how long the store may rightly take beyond its work. */
  protected forward<T>(_method: StoreMethod, call: () => Promise<T>, _waitMs = 0): Promise<T> {
    return call();
  }

  create(request: CreateRequest): Promise<CreateResult> {
    return this.forward('create', () => this.inner.create(request));
  }

  transition(id: string, request: TransitionRequest): Promise<WriteResult> {
    return this.forward('transition', () => this.inner.transition(id, request));
  }

  progress(id: string, request: ProgressRequest): Promise<WriteResult> {
    return this.forward('progress', () => this.inner.progress(id, request));
  }

  requestCancel(id: string, request: CancelRequest): Promise<WriteResult> {
    return this.forward('requestCancel', () => this.inner.requestCancel(id, request));
  }

  appendOutput(id: string, request: AppendOutputRequest): Promise<WriteResult> {
    return this.forward('appendOutput', () => this.inner.appendOutput(id, request));
  }

  output(id: string, after: number): Promise<TaskOutput | null> {
    return this.forward('output', () => this.inner.output(id, after));
  }

  get(id: string): Promise<Task | null> {
    return this.forward('get', () => this.inner.get(id));
  }

  list(request: ListRequest): Promise<ListPage> {
    return this.forward('list', () => this.inner.list(request));
  }

  counts(filter: TaskFilter): Promise<TaskCounts> {
    return this.forward('counts', () => this.inner.counts(filter));
  }

  parents(ids: readonly string[]): Promise<readonly string[]> {
    return this.forward('parents', () => this.inner.parents(ids));
  }

  audit(): Promise<StoreAudit> {
    return this.forward('audit', () => this.inner.audit(), AUDIT_MS);
  }

  changesAfter(position: Position | null, request: ChangesRequest): Promise<ChangePage> {
    const call = (): Promise<ChangePage> => this.inner.changesAfter(position, request);
    return this.forward('changesAfter', call, request.waitMs);
  }

  renewLease(request: LeaseRequest): Promise<LeaseAnswer> {
    return this.forward('renewLease', () => this.inner.renewLease(request));
  }

  releaseLease(owner: string): Promise<void> {
    return this.forward('releaseLease', () => this.inner.releaseLease(owner));
  }

  expireLeases(request: ExpireRequest): Promise<ExpireAnswer> {
    return this.forward('expireLeases', () => this.inner.expireLeases(request));
  }

  leases(): Promise<readonly LeaseState[]> {
    return this.forward('leases', () => this.inner.leases());
  }

  prune(request: PruneRequest): Promise<PruneAnswer> {
    return this.forward('prune', () => this.inner.prune(request));
  }

  remove(id: string, operation: Operation): Promise<WriteResult> {
    return this.forward('remove', () => this.inner.remove(id, operation));
  }

  close(): Promise<void> {
    return this.forward('close', () => this.inner.close());
  }
}

import type { JsonObject, JsonValue } from './json.js';
import type { ProgressChange } from './progress.js';
import type {
  Cancellation,
  ChildProcess,
  EndedBy,
  LateOutcome,
  Owner,
  Parent,
  Task,
  TaskFailure,
  TaskStatus,
} from './task.js';
import type { TaskFilter } from './query.js';

/**
 * Where tasks are kept. One method is one atomic operation: it happens wholly or not at all, and no other call comes
 * between its comparison and its write. A store reports what happened; {@link TaskMonitor} alone decides what is allowed
 * and throws, so rules and messages are the same on every store.
 *
 * Every implementation passes `describeTaskStore` of `@task-monitor/core/testing` whole. It rejects with
 * {@link TaskMonitorError} STORE_UNAVAILABLE, STORE_FULL or STORE_CORRUPT, and with nothing else.
 *
 * **Changes.** Every applied write is one {@link Change}, at its own place in one store-wide order. A reader that goes on
 * from a position sees each later change exactly once, in that order, or is told `reset`; it never meets a silent gap.
 *
 * **Repeats.** A write carries the {@link Operation} it belongs to. When it is sent again because its answer was lost, the
 * store recognises it, whatever was written since, applies nothing and answers `duplicate`. It remembers the last 1,000
 * writes at least of each monitor that is open.
 *
 * **Time.** Instants are given by the caller, except for leases: those run on the store's own clock, since the processes
 * that share a store do not share a clock.
 */
export interface TaskStore {
  /** Adds a pending task, unless its id or its idempotency key is taken. O(log n). */
  create(request: CreateRequest): Promise<CreateResult>;

  /** Changes a task if its status is one of `from` and, where given, owner and version are these. O(log n). */
  transition(id: string, request: TransitionRequest): Promise<WriteResult>;

  /** Merges `update` into the progress of a running task by `applyProgress`. O(1). */
  progress(id: string, request: ProgressRequest): Promise<WriteResult>;

  /** Records that a running task shall be cancelled, once: a second request finds the first (`duplicate`). O(1). */
  requestCancel(id: string, request: CancelRequest): Promise<WriteResult>;

  /** Appends lines to the output of an active task, of which the newest {@link OUTPUT_LIMITS} are kept. */
  appendOutput(id: string, request: AppendOutputRequest): Promise<WriteResult>;

  /** The kept output after line number `after` (0 for all of it); `null` if the task is not kept. */
  output(id: string, after: number): Promise<TaskOutput | null>;

  /** O(1). */
  get(id: string): Promise<Task | null>;

  /** A page in order of `number`. O(log n + page) for one status, type, tag or parent. */
  list(request: ListRequest): Promise<ListPage>;

  /** How many tasks of each status match. O(1) without a filter and for one type, tag, parent or set of statuses. */
  counts(filter: TaskFilter): Promise<TaskCounts>;

  /** Those of `ids` that a kept task names as its parent, in their order. One round trip, O(log n) for each. */
  parents(ids: readonly string[]): Promise<readonly string[]>;

  /**
   * The counters, and what going through all tasks comes to, both as of one moment: they differ only where the store is
   * wrong. Changes nothing and holds up no write. O(n), in steps of a few milliseconds where it takes the event loop.
   */
  audit(): Promise<StoreAudit>;

  /**
   * The changes after `position`, oldest first. With `null`: none, and the position of now. Where there are none yet it
   * waits up to `waitMs` for the first, or until `signal` fires, and then answers with what there is.
   */
  changesAfter(position: Position | null, request: ChangesRequest): Promise<ChangePage>;

  /** Takes or prolongs a lease. `lost` when the lease was held before (`renew`) and has been taken away since. */
  renewLease(request: LeaseRequest): Promise<LeaseAnswer>;

  /** Ends the lease of `owner`, which holds no active task any more. */
  releaseLease(owner: string): Promise<void>;

  /**
   * Fails active tasks whose owner's lease ran out or was taken away, or whose owner is named as dead, at most `limit` per
   * call.
   */
  expireLeases(request: ExpireRequest): Promise<ExpireAnswer>;

  /**
   * Who holds a lease, and for how much longer by the store's clock. Changes nothing: one that ran out is told until a
   * search takes it away. One read, O(leases).
   */
  leases(): Promise<readonly LeaseState[]>;

  /** Removes finished tasks, those that finished first first, at most `limit` per call. Never an active task. */
  prune(request: PruneRequest): Promise<PruneAnswer>;

  /** Removes one finished task, which it answers with; `conflict` for an active one. Repeated, it answers `missing`. */
  remove(id: string, operation: Operation): Promise<WriteResult>;

  /** Ends everything the store holds open. Later calls reject. Idempotent. */
  close(): Promise<void>;
}

/** Which write this is: the `sequence`-th of the monitor `writer`. The same pair means the same write, sent again. */
export interface Operation {
  readonly writer: string;
  readonly sequence: number;
}

/** The kept tail of a task's output. Longer lines are cut. */
export const OUTPUT_LIMITS = Object.freeze({ lines: 200, bytes: 65_536 });

/** Opaque to everyone but the store; valid on every instance of it. */
export type Position = string;

/**
 * `applied` the write was done; `duplicate` it had been done already; `conflict` the task's state or owner is another;
 * `missing` no such task. `task` is the task as it stands after the call; of `remove`, as it was.
 */
export type WriteResult =
  | { readonly outcome: 'applied' | 'duplicate' | 'conflict'; readonly task: Task }
  | { readonly outcome: 'missing'; readonly task: null };

export interface CreateRequest {
  readonly task: NewTask;
  /** While a task with this key is kept, creating again answers with it. */
  readonly idempotencyKey: string | null;
  readonly operation: Operation;
}

/** What the monitor decides of a new task; the store adds `number` and `version`. */
export interface NewTask {
  readonly id: string;
  readonly type: string | null;
  readonly name: string | null;
  readonly command: readonly string[];
  readonly metadata: JsonObject;
  readonly tags: readonly string[];
  readonly createdAt: number;
  readonly parent: Parent | null;
  readonly owner: Owner | null;
  readonly driver: 'caller' | 'runner';
}

/**
 * `duplicate` answers with the task that has the idempotency key, or that this same operation made; `exists` with the task
 * that has the id; `full` when the store holds as many active tasks, or as many bytes of them, as it may.
 */
export type CreateResult =
  | { readonly outcome: 'applied' | 'duplicate' | 'exists'; readonly task: Task }
  | { readonly outcome: 'full'; readonly task: null; readonly limit: StoreLimit };

/** An option of the store, and what it is set to. */
export interface StoreLimit {
  readonly name: 'maxActive' | 'maxBytes';
  readonly value: number;
}

export interface TransitionRequest {
  readonly from: readonly TaskStatus[];
  /** Id of the owner that the task must have; `null`: whoever. */
  readonly owner: string | null;
  /** The version that the task must have, for a write that depends on what was read. Absent: any. */
  readonly version?: number;
  /** Who must be driving the task. Absent: whoever. */
  readonly driver?: 'caller' | 'runner' | undefined;
  readonly set: TaskPatch;
  readonly operation: Operation;
}

/** What a transition writes; a field that is absent or `undefined` stays as it is. */
export interface TaskPatch {
  readonly status?: TaskStatus | undefined;
  /** Never stored earlier than the task's `createdAt`. */
  readonly startedAt?: number | undefined;
  /** Never stored earlier than the task's `startedAt`. */
  readonly completedAt?: number | undefined;
  /** Merged by `applyProgress`, at `progressAt`. */
  readonly progress?: ProgressChange | undefined;
  readonly progressAt?: number | undefined;
  readonly result?: JsonValue | undefined;
  readonly error?: TaskFailure | undefined;
  readonly owner?: Owner | undefined;
  readonly cancel?: Cancellation | undefined;
  readonly endedBy?: EndedBy | undefined;
  readonly lateOutcome?: LateOutcome | undefined;
  readonly process?: ChildProcess | undefined;
  readonly resultOmitted?: string | undefined;
}

export interface ProgressRequest {
  readonly update: ProgressChange;
  readonly at: number;
  /** Id of the owner that the task must have; `null`: whoever. */
  readonly owner: string | null;
  readonly operation: Operation;
}

export interface CancelRequest {
  readonly cancel: Cancellation;
  readonly operation: Operation;
}

export interface AppendOutputRequest {
  readonly lines: readonly NewOutputLine[];
  readonly operation: Operation;
}

export interface NewOutputLine {
  readonly stream: OutputStream;
  readonly text: string;
  readonly at: number;
}

export type OutputStream = 'stdout' | 'stderr' | 'log';

export interface OutputLine extends NewOutputLine {
  /** From 1, counted over all lines that were appended, still kept or not. */
  readonly number: number;
}

export interface TaskOutput {
  readonly lines: readonly OutputLine[];
  /** The number of the newest line, 0 before the first. */
  readonly lastNumber: number;
}

export interface ListRequest {
  readonly filter: TaskFilter;
  readonly order: 'newest' | 'oldest';
  /** Only tasks beyond this `number`, in the direction of `order`; the number need not exist any more. */
  readonly after: number | null;
  readonly limit: number;
}

export interface ListPage {
  readonly tasks: readonly Task[];
  /** Whether a further task follows the last one. */
  readonly more: boolean;
}

export type TaskCounts = Readonly<Record<TaskStatus, number>>;

export interface StoreAudit {
  /** What `counts` answers without a filter. */
  readonly counted: TaskCounts;
  /** The tasks there are, looked at one by one. */
  readonly recounted: TaskCounts;
}

/** The same names in the store, in `watch()` and on the wire. `task.progress`: anything that left the status as it was. */
export type Change =
  | {
      readonly type:
        | 'task.registered'
        | 'task.started'
        | 'task.progress'
        | 'task.cancel-requested'
        | 'task.completed'
        | 'task.failed'
        | 'task.cancelled';
      readonly task: Task;
      readonly position: Position;
    }
  | {
      readonly type: 'task.output';
      readonly task: Task;
      readonly lines: readonly OutputLine[];
      readonly position: Position;
    }
  | { readonly type: 'task.removed'; readonly ids: readonly string[]; readonly position: Position };

export interface ChangesRequest {
  readonly limit: number;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

export interface ChangePage {
  /** The changes after `position` are not kept any more, or it is none of this store: read the state anew. */
  readonly reset: boolean;
  readonly changes: readonly Change[];
  /** Where to go on. */
  readonly position: Position;
}

export interface LeaseRequest extends LeaseHolder {
  readonly durationMs: number;
  /** The lease was held before, so that its absence means it was lost. */
  readonly renew: boolean;
}

export interface LeaseAnswer {
  readonly outcome: 'held' | 'lost';
  /** Running tasks of this owner that somebody wants cancelled. */
  readonly cancelRequested: readonly string[];
}

export interface ExpireRequest {
  /** Owners that the caller knows to be dead, whatever their lease says. */
  readonly dead: readonly string[];
  /** Whether leases that ran out are looked for at all, or only `dead` is ended. */
  readonly expired: boolean;
  /**
   * Whether tasks of owners without a lease are ended also where nobody may be judged yet. Such an owner was found dead
   * already, and the task was written after that, by a server that still did what the dead had asked for. Default `false`.
   */
  readonly withoutLease?: boolean;
  /** When the last such search was longer ago than this, all may have been away: owners get `graceMs` to renew first. */
  readonly gapMs: number;
  readonly graceMs: number;
  readonly error: TaskFailure;
  readonly endedBy: EndedBy;
  readonly at: number;
  readonly limit: number;
  readonly operation: Operation;
}

export interface ExpireAnswer {
  readonly tasks: readonly Task[];
  readonly more: boolean;
  /** Who holds a lease now, so that the caller can look whether those of its own machine still live. */
  readonly holders: readonly LeaseHolder[];
}

export interface LeaseHolder {
  readonly owner: Owner;
  /** Names this boot of the machine and its pid namespace: only within it does a pid say anything. */
  readonly bootId: string;
  /** When the process with the owner's pid started, in whatever form the system tells it: a pid is used again. */
  readonly pidStart: string;
}

export interface LeaseState {
  readonly owner: Owner;
  /** Milliseconds until it runs out; negative: since it ran out. */
  readonly remainingMs: number;
}

export interface PruneRequest {
  /** Tasks that finished at or before this instant go. */
  readonly completedBefore: number;
  /** Of those that would stay, only the newest so many do. */
  readonly keepFinished: number;
  readonly filter: TaskFilter;
  readonly limit: number;
  readonly operation: Operation;
}

export interface PruneAnswer {
  readonly removed: number;
  readonly more: boolean;
}

import type { JsonObject, JsonValue } from './json.js';
import type { Progress } from './progress.js';

export const TASK_STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;

/** `pending` → `running` → one of `completed`, `failed`, `cancelled`, which never change again. */
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** The statuses in which a task is still to be finished. */
export const ACTIVE_STATUSES = ['pending', 'running'] as const satisfies readonly TaskStatus[];

/** The statuses that end a task. */
export const FINISHED_STATUSES = [
  'completed',
  'failed',
  'cancelled',
] as const satisfies readonly TaskStatus[];

export function isFinished(status: TaskStatus): boolean {
  return status !== 'pending' && status !== 'running';
}

/**
 * One tracked piece of background work: a plain, deeply frozen object that is safe to write as JSON. Every write makes a
 * new one; one that you hold never changes.
 *
 * Instants end in `At` and are epoch milliseconds; what is absent is `null`, so every field is always there.
 */
export interface Task<
  Metadata extends JsonObject = JsonObject,
  Result extends JsonValue = JsonValue,
> {
  readonly id: string;
  /** Its place in the order in which the store's tasks were created, from 1. */
  readonly number: number;
  /** 1 when registered, one more with every write. */
  readonly version: number;
  readonly status: TaskStatus;
  /** What kind of work it is, the same for all tasks of that kind: `ingest`. For filters and statistics. */
  readonly type: string | null;
  /** What a person would call this one task. */
  readonly name: string | null;
  /** What runs, as program and arguments. Empty for a function without one. */
  readonly command: readonly string[];
  readonly metadata: Metadata;
  readonly tags: readonly string[];
  readonly createdAt: number;
  readonly startedAt: number | null;
  /** When it ended, whichever way. */
  readonly completedAt: number | null;
  readonly progress: Progress | null;
  /** What {@link TaskMonitor.complete} was given, or what the tracked function returned. */
  readonly result: Result | null;
  /** Why it failed. */
  readonly error: TaskFailure | null;
  /** Who runs it and how it was ended. */
  readonly execution: Execution;
}

export const FAILURE_CODES = [
  'ERROR',
  'TIMEOUT',
  'ORPHANED',
  'SHUTDOWN',
  'SPAWN_FAILED',
  'EXIT',
  'SIGNAL',
] as const;

/**
 * Why a task failed: `ERROR` it threw or {@link TaskMonitor.fail} was called, `TIMEOUT` its `timeoutMs` or
 * `heartbeatTimeoutMs` passed, `ORPHANED`
 * the process that ran it died, `SHUTDOWN` that process was closed, `SPAWN_FAILED` its command could not be started,
 * `EXIT` its command exited with another code than 0, `SIGNAL` a signal killed its command.
 */
export type FailureCode = (typeof FAILURE_CODES)[number];

/** Why a task failed, as data. */
export interface TaskFailure {
  readonly code: FailureCode;
  readonly message: string;
  /** The name of the error that was thrown: `TypeError`. */
  readonly name: string | null;
  readonly stack: string | null;
}

/** What ended a task: its own code, a cancellation, its time limit, the death or the closing of its process. */
export type EndCause = 'caller' | 'cancel' | 'timeout' | 'orphaned' | 'shutdown';

export interface EndedBy {
  readonly cause: EndCause;
  /** Id of the monitor that wrote it. */
  readonly monitor: string;
}

/** The monitor that holds a task, known to every process that shares the store. */
export interface Owner {
  /** A fresh id for every monitor: never the same again after a restart. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

/** A request to cancel and what became of it. */
export interface Cancellation {
  readonly requestedAt: number;
  readonly reason: string | null;
  readonly requestedBy: string | null;
  /** When the work was seen to have stopped because of it; `null` while, or if, nobody confirmed. */
  readonly acknowledgedAt: number | null;
  /** The work did not stop in time: the task was ended without it. */
  readonly forced: boolean;
}

/** What the task's own code reported after somebody else had ended the task. */
export interface LateOutcome {
  readonly status: 'completed' | 'failed';
  readonly at: number;
  readonly message: string | null;
}

/** The child process that does the work. */
export interface ChildProcess {
  readonly pid: number | null;
  /** When it was started. With `owner.host` and `pid` that finds a process that outlived its host. */
  readonly startedAt: number | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Processor time that it and its descendants used, as far as was seen; `null` where that is not measured. */
  readonly cpuMs: number | null;
  /** The most memory that they had together, as far as was seen; `null` where that is not measured. */
  readonly peakMemoryBytes: number | null;
}

/** Which task this one is a part of, and how much of it. */
export interface Parent {
  readonly id: string;
  /** Its share of the parent's progress, beside the weights of the other parts; 0: none. */
  readonly weight: number;
  /** The step of the parent that it belongs to; `null` if it stands beside the steps. */
  readonly step: string | null;
}

export interface Execution {
  readonly parent: Parent | null;
  readonly owner: Owner | null;
  /**
   * `runner`: `run` or `runCommand` drives it and can stop it. `caller`: somebody calls `start`, `complete` and so on by
   * hand, and is only told.
   */
  readonly driver: 'caller' | 'runner';
  readonly cancel: Cancellation | null;
  readonly endedBy: EndedBy | null;
  readonly lateOutcome: LateOutcome | null;
  readonly process: ChildProcess | null;
  /** Why there is no `result` although the work returned one: it is not JSON, or too large. */
  readonly resultOmitted: string | null;
}

import type { Clock } from './clock.js';
import type { ProgressInput, RegisterOptions } from './input.js';
import type { JsonObject } from './json.js';
import type { TaskFilter } from './query.js';
import type { RedactOptions } from './redact/redact-options.js';
import type { RetentionOptions } from './retention.js';
import type { TaskStore } from './store.js';

export interface TaskMonitorOptions {
  /** Where tasks are kept. Default: a {@link MemoryStore}, which needs nothing and is gone with the process. */
  readonly store?: TaskStore;
  /** Whether `close` closes the store, too. Default `true`; `false` for a store that several monitors share. */
  readonly closeStore?: boolean;
  /** How many functions `run` executes at once; more wait as `pending`. Default: no limit. */
  readonly concurrency?: number;
  /** When finished tasks are removed by themselves. `false`: never. Default: 7 days, 100,000 tasks, 256 MiB. */
  readonly retention?: RetentionOptions | false;
  /** Milliseconds a function gets to stop when it is told to, before its task is ended without it. Default 10,000. */
  readonly cancelGraceMs?: number;
  /**
   * Milliseconds between two writes of one task's progress: the first report is written at once, of those that follow only
   * what they come to, and the last always with the end of the task. Default: 250 on a durable store, where each write is a
   * commit; 0, every report, in memory.
   */
  readonly progressIntervalMs?: number;
  /** Whether failed tasks keep the stack of their error. Default: unless `NODE_ENV` is `production`; stacks tell paths. */
  readonly captureStacks?: boolean;
  /**
   * What is hidden as `[Redacted]` before it is stored or told. Default: passwords, tokens and keys, as far as their names
   * or forms give them away; options add to that, or except something; `false`: nothing is hidden.
   */
  readonly redact?: RedactOptions | false;
  /** Told of trouble that no call can report. Default: `process.emitWarning`. What it throws is ignored. */
  readonly onError?: (error: unknown, where: string) => void;
  /** For tests. Default: the machine's clock. */
  readonly clock?: Clock;
}

export interface RunOptions<
  Metadata extends object = JsonObject,
> extends RegisterOptions<Metadata> {
  /** Milliseconds from the start, of any length, after which the function is told to stop. Default: no limit. */
  readonly timeoutMs?: number;
  /**
   * The steps that the function will have, as weights by name, so that the percentage is right from the first of them:
   * `{ download: 1, transcribe: 6, embed: 3 }`. At most 100. Default: none is known before it begins.
   */
  readonly steps?: Readonly<Record<string, number>>;
  /**
   * Milliseconds for which the function may say nothing (no progress, no line of output, no `heartbeat`) before it is told
   * to stop, as after `timeoutMs`. Finds work that hangs while its process lives. Default: no limit, as only you know how
   * long your work is silent.
   */
  readonly heartbeatTimeoutMs?: number;
  /** Aborting it cancels the task. */
  readonly signal?: AbortSignal;
  /**
   * Whether the work goes on already, so that the function only follows it. It then takes no place of `concurrency`, and is
   * called even if the task was to stop before it started, with a `signal` that has fired: somebody must end the work.
   * Default `false`.
   */
  readonly underWay?: boolean;
}

export interface CompleteOptions {
  /** A last word on the progress. Default: it stays as it is. */
  readonly progress?: ProgressInput;
  /** What came out; kept as JSON, at most 64 KB. */
  readonly result?: unknown;
}

export interface CancelOptions {
  /** Why, for people. */
  readonly reason?: string;
  /** Who asked. */
  readonly by?: string;
}

export interface CleanupOptions extends TaskFilter {
  /** 0 to 36,500. Default 7; 0: every finished task. */
  readonly days?: number;
}

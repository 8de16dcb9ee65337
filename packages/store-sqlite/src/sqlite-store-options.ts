import {
  checkOptions,
  type Clock,
  milliseconds,
  positiveInteger,
  wrongOption,
  aFunction,
} from '@task-monitor/core';
import type { DriverName } from './driver/driver.js';

export interface SqliteStoreOptions {
  /** The file, which is created if there is none; its folder has to be there. Put it on a local disk. */
  readonly path: string;
  /**
   * What outlives what. `full`: every write that was answered outlives a loss of power. `normal`: it outlives the process,
   * and a loss of power may take the last ones, never one alone out of their middle. Default `full`: an answer is a promise.
   */
  readonly synchronous?: 'full' | 'normal';
  /** Default: Node's own SQLite where it has one (Node ≥ 22.13), else `better-sqlite3`. */
  readonly driver?: DriverName;
  /**
   * How long a call may wait for other processes that write, in milliseconds, before it rejects with STORE_UNAVAILABLE.
   * Default 4,800, which is also the most, as a monitor waits 5 s for any store: a write takes some milliseconds, and a
   * process that is killed lets go at once.
   */
  readonly busyTimeoutMs?: number;
  /** Changes that a reader may lag behind before it is told `reset`. Default 10,000: some seconds of heavy traffic. */
  readonly keptChanges?: number;
  /** The clock that leases run on; all processes have to use the same. Default: the machine's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Is told what may go wrong later: a risky version of SQLite, a network file system. Default: `process.emitWarning`. */
  readonly onWarning?: (message: string) => void;
}

export type Settings = Required<Omit<SqliteStoreOptions, 'driver'>> & {
  readonly driver: DriverName | undefined;
};

/** @throws {@link TaskMonitorError} INVALID_OPTIONS */
export function checkedOptions(options: SqliteStoreOptions): Settings {
  checkOptions('SqliteStore', options, {
    path: filePath,
    synchronous: oneOf('full', 'normal'),
    driver: oneOf('node:sqlite', 'better-sqlite3'),
    busyTimeoutMs: patience,
    keptChanges: positiveInteger,
    clock: aClock,
    onWarning: aFunction,
  });
  if (options.path === undefined) throw wrongOption('path', A_PATH, undefined);
  return {
    path: options.path,
    synchronous: options.synchronous ?? 'full',
    driver: options.driver,
    busyTimeoutMs: options.busyTimeoutMs ?? MOST_PATIENCE_MS,
    keptChanges: options.keptChanges ?? 10_000,
    clock: options.clock ?? Date,
    onWarning: options.onWarning ?? warn,
  };
}

const A_PATH = 'the path of a file, such as "tasks.db"';

/** Longer would be in vain: a monitor gives up a call after 5 s, and its caller would not be told what was wrong. */
const MOST_PATIENCE_MS = 4_800;

function patience(value: unknown): string | null {
  const isShort = milliseconds(value) === null && (value as number) <= MOST_PATIENCE_MS;
  return isShort
    ? null
    : `a positive number of milliseconds, at most ${MOST_PATIENCE_MS} (a monitor waits 5 s for its store)`;
}

function filePath(value: unknown): string | null {
  const isPath = typeof value === 'string' && value !== '' && value !== ':memory:';
  return isPath && !value.includes('\0') ? null : A_PATH;
}

function aClock(value: unknown): string | null {
  const { now } = (value ?? {}) as { readonly now?: unknown };
  return typeof now === 'function' ? null : 'an object with `now()`';
}

function oneOf(...values: readonly string[]): (value: unknown) => string | null {
  const expected = values.map((value) => `"${value}"`).join(' or ');
  return (value) => (typeof value === 'string' && values.includes(value) ? null : expected);
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'TaskMonitorWarning' });
}

import {
  boolean,
  type Check,
  checkOptions,
  positiveInteger,
  TaskMonitorError,
  wrongOption,
} from '@task-monitor/core';
import { checkConnectionString } from './connection-string.js';
import { schemaName } from './schema-name.js';

/** A pool of the package `pg`. */
export interface PostgresPool {
  connect(): Promise<unknown>;
  on(event: 'error', listener: () => void): unknown;
  readonly options: object;
}

export interface PostgresStoreOptions {
  /**
   * Where the database is: `postgres://user:password@host:5432/name`, or `postgres:///name?host=/folder/of/socket`. Either
   * this or `pool`.
   */
  readonly connectionString?: string;
  /**
   * Your own pool of the package `pg`, which the store uses and never ends. Leases and notifications have connections of
   * their own, two at most, made with the options of the pool: one that is exhausted loses no lease.
   */
  readonly pool?: PostgresPool;
  /** The schema that holds the tables. Default `task_monitor`. Stores with different schemas never meet. */
  readonly schema?: string;
  /**
   * Whether the tables are made, or brought up to date, by `open`. Default `true`. With `false` the role needs no right to
   * create anything; see {@link PostgresStore.migrations}.
   */
  readonly migrate?: boolean;
  /**
   * Changes that a reader may lag behind before it is told `reset`. Default 10,000: some seconds of heavy traffic. Give the
   * same to every process.
   */
  readonly keptChanges?: number;
  /** Connections for reading and writing, of the store's own pool. Default 10, as `pg` has it. */
  readonly maxConnections?: number;
}

export type CheckedOptions = Required<Omit<PostgresStoreOptions, 'connectionString' | 'pool'>> &
  Pick<PostgresStoreOptions, 'connectionString' | 'pool'>;

/** @throws {@link TaskMonitorError} INVALID_OPTIONS */
export function checkedOptions(options: PostgresStoreOptions): CheckedOptions {
  checkOptions('PostgresStore', options, {
    connectionString,
    pool,
    schema: schemaName,
    migrate: boolean,
    keptChanges: positiveInteger,
    maxConnections: positiveInteger,
  });
  if ((options.connectionString === undefined) === (options.pool === undefined)) {
    throw new TaskMonitorError(
      'INVALID_OPTIONS',
      'PostgresStore needs either `connectionString` or `pool`.',
    );
  }
  if (options.connectionString !== undefined) checkConnectionString(options.connectionString);
  if (options.pool !== undefined && options.maxConnections !== undefined)
    throw wrongOption('maxConnections', 'left to your `pool`', options.maxConnections);
  const { schema, migrate, keptChanges, maxConnections } = options;
  return {
    ...options,
    schema: schema ?? 'task_monitor',
    migrate: migrate ?? true,
    keptChanges: keptChanges ?? 10_000,
    maxConnections: maxConnections ?? 10,
  };
}

/** Its value is never shown: there is a password in it. */
const connectionString: Check = (value) => (typeof value === 'string' ? null : 'a string');

const pool: Check = (value) => {
  const given = value as Partial<PostgresPool> | null;
  const isPool =
    typeof given?.connect === 'function' &&
    typeof given.on === 'function' &&
    typeof given.options === 'object';
  return isPool ? null : 'a pool of the package `pg`';
};

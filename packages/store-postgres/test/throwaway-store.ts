import type { OpenedStore, OpenOptions } from '@task-monitor/core/testing';
import { PostgresStore, type PostgresStoreOptions } from '../src/index.js';
import type { PostgresServer } from './postgres-server.js';

let schemas = 0;

export interface ThrowawayStore extends OpenedStore {
  readonly store: PostgresStore;
  readonly another: (options?: PostgresStoreOptions) => Promise<PostgresStore>;
  readonly schema: string;
  /** Closes every instance, and leaves the tables. */
  readonly close: () => Promise<void>;
}

/** A store in a schema of its own on `server`. */
export async function openThrowawayStore(
  server: PostgresServer,
  { keptChanges, ...given }: OpenOptions & PostgresStoreOptions = {},
): Promise<ThrowawayStore> {
  const schema = given.schema ?? `test_${process.pid}_${++schemas}`;
  const stores: PostgresStore[] = [];
  const another = async (options: PostgresStoreOptions = {}): Promise<PostgresStore> => {
    const store = await PostgresStore.open({
      schema,
      ...(given.pool === undefined && { connectionString: server.connectionString() }),
      ...(keptChanges !== undefined && { keptChanges }),
      ...given,
      ...options,
    });
    stores.push(store);
    return store;
  };
  const close = async (): Promise<void> => {
    await Promise.all(stores.map((store) => store.close()));
  };
  const quoted = `"${schema.replaceAll('"', '""')}"`;
  return {
    store: await another(),
    another,
    schema: quoted,
    advanceLeaseClock: async (ms) => {
      await server.query(
        `UPDATE ${quoted}.lease_search SET clock_offset = clock_offset + make_interval(secs => $1::float8 / 1000)`,
        [ms],
      );
    },
    close,
    dispose: async () => {
      await close();
      await server.query(`DROP SCHEMA ${quoted} CASCADE`);
    },
  };
}

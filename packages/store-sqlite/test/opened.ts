import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FakeClock, type OpenTaskStore } from '@task-monitor/core/testing';
import { SqliteStore, type SqliteStoreOptions } from '../src/index.js';
import { newFolder } from './temporary-folder.js';

/** Opens stores for the suites of the core, each in a folder of its own. */
export function openWith(
  options: Omit<SqliteStoreOptions, 'path'>,
  parent?: string,
): OpenTaskStore {
  return async ({ keptChanges }) => {
    const clock = new FakeClock();
    const folder = newFolder(parent);
    const stores: SqliteStore[] = [];
    const open = async (): Promise<SqliteStore> => {
      const store = await SqliteStore.open({
        path: join(folder, 'tasks.db'),
        clock,
        ...(keptChanges !== undefined && { keptChanges }),
        ...options,
      });
      stores.push(store);
      return store;
    };
    return {
      store: await open(),
      another: open,
      advanceLeaseClock: (ms) => clock.advance(ms),
      dispose: async () => {
        for (const store of stores) await store.close();
        rmSync(folder, { recursive: true });
      },
    };
  };
}

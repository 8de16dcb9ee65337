import type { TaskStore } from '@task-monitor/core';
import { PostgresStore } from '@task-monitor/store-postgres';
import { SqliteStore } from '@task-monitor/store-sqlite';

/** So many that no reader of these programs is ever told `reset` for having been slow. */
const KEPT_CHANGES = 1_000_000;

/** Opens `sqlite:<path>` or `postgres://…`. */
export async function openTarget(target: string): Promise<TaskStore> {
  const path = target.startsWith('sqlite:') ? target.slice('sqlite:'.length) : null;
  return path === null
    ? PostgresStore.open({ connectionString: target, keptChanges: KEPT_CHANGES })
    : SqliteStore.open({ path, keptChanges: KEPT_CHANGES, onWarning: () => {} });
}

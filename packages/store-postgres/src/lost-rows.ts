import { TaskMonitorError } from '@task-monitor/core';
import type { Ask, Database } from './database.js';
import { quoted } from './schema-name.js';

/** Tables that have one row from their making on, and nothing works without it. */
const OF_ONE_ROW = ['meta', 'lease_search'];

const WHAT_TO_DO =
  'Nothing was changed. Restore a backup, or, to begin anew without its tasks, give another `schema` or drop this one';

/**
 * A store that lost the row which counts its changes is not a new one: what it would begin to count again was counted before.
 *
 * @throws {@link TaskMonitorError} STORE_CORRUPT
 */
export async function checkWhole(database: Database, schema: string): Promise<void> {
  const rows = OF_ONE_ROW.map((table) => `(SELECT count(*) FROM ${quoted(schema)}.${table})`);
  const [counts = []] = await database.ask(`SELECT ${rows.join(', ')}`);
  for (const [index, table] of OF_ONE_ROW.entries())
    if (counts[index] !== '1')
      throw corrupt(schema, `its table \`${table}\` has no row, which was there once`);
}

/** For where nothing says which version the tables have: what is wrong if there are tables; `null` if there are none. */
export async function lostVersion(ask: Ask, schema: string): Promise<TaskMonitorError | null> {
  const [row] = await ask('SELECT to_regclass($1) IS NOT NULL', [`${quoted(schema)}.meta`]);
  if (row?.[0] !== 't') return null;
  return corrupt(
    schema,
    'it has a table `meta`, but its table `migrations` does not say of which version: either its rows are lost, or the table is of another program',
  );
}

function corrupt(schema: string, what: string): TaskMonitorError {
  return new TaskMonitorError(
    'STORE_CORRUPT',
    `The schema ${quoted(schema)} cannot be used: ${what}. ${WHAT_TO_DO}.`,
    { details: { schema } },
  );
}

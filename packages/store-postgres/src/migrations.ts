import { TaskMonitorError } from '@task-monitor/core';
import type { Ask, Database } from './database.js';
import tables from './migrations/001_tables.sql';
import apply from './migrations/002_apply.sql';
import largeChanges from './migrations/003_large_changes.sql';
import changesByColumn from './migrations/004_changes_by_column.sql';
import { checkWhole, lostVersion } from './lost-rows.js';
import { codeOf } from './postgres-error.js';
import { numberOf } from './row.js';
import { quoted } from './schema-name.js';

interface Migration {
  /** A file of the folder `migrations`, where no file that was published is ever changed. */
  readonly sql: string;
  /** Libraries that know this many migrations, or more, can still work with the tables after it. */
  readonly compatibleWith: number;
}

const MIGRATIONS: readonly Migration[] = [
  { sql: tables, compatibleWith: 2 },
  { sql: apply, compatibleWith: 2 },
  { sql: largeChanges, compatibleWith: 2 },
  { sql: changesByColumn, compatibleWith: 2 },
];

/** How long a migration waits for others that migrate or hold a lock on the tables. */
const LOCK_TIMEOUT = '30s';

/** What is run to bring the tables of a schema from nothing, or any earlier version, to this one: for a person, or a tool. */
export function migrationScript(schema: string): string {
  const steps = MIGRATIONS.map(
    ({ sql }, index) => `
DO $migration$ BEGIN
  IF NOT EXISTS (SELECT FROM migrations WHERE number = ${index + 1}) THEN
    EXECUTE $sql$${sql}$sql$;
    ${recorded(index + 1)};
  END IF;
END $migration$;`,
  );
  return `BEGIN;
SET LOCAL lock_timeout = '${LOCK_TIMEOUT}';
${LOCK};
CREATE SCHEMA IF NOT EXISTS ${quoted(schema)};
SET LOCAL search_path TO ${quoted(schema)}, pg_temp;
${MIGRATIONS_TABLE};
${steps.join('\n')}
COMMIT;
`;
}

/**
 * Makes the tables, or brings them up to date; of many processes that do so at once, one does.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS if the tables are newer than this library can work with.
 */
export async function migrate(database: Database, schema: string): Promise<void> {
  const { version } = await currentState(database, schema);
  if (version >= MIGRATIONS.length) return checkWhole(database, schema);
  const deadline = performance.now() + 60_000;
  await database.persistently(() =>
    database.transaction(deadline, async (ask) => {
      await ask(
        `SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'; SET LOCAL idle_in_transaction_session_timeout = '60s'`,
      );
      await ask(LOCK);
      // Its privilege is needed only where it is not there yet.
      const [there] = await ask('SELECT to_regnamespace($1) IS NOT NULL', [quoted(schema)]);
      if (there?.[0] !== 't') await ask(`CREATE SCHEMA ${quoted(schema)}`);
      await ask(`SET LOCAL search_path TO ${quoted(schema)}, pg_temp`);
      await ask(MIGRATIONS_TABLE);
      const done = await stateOf(ask, schema);
      refuseNewer(schema, done);
      // Nobody else makes tables while this has the lock.
      const lost = done.version === 0 ? await lostVersion(ask, schema) : null;
      if (lost !== null) throw lost;
      for (let number = done.version + 1; number <= MIGRATIONS.length; number++) {
        await ask(MIGRATIONS[number - 1]?.sql ?? '');
        await ask(recorded(number));
      }
    }),
  );
}

/** @throws {@link TaskMonitorError} INVALID_OPTIONS if the tables are not there, or of a version it cannot work with. */
export async function checkMigrated(database: Database, schema: string): Promise<void> {
  // Tables and their version come with one commit: whoever sees the one and then not the other sees a loss.
  const lost = await lostVersion((text, values) => database.ask(text, values), schema);
  const { version } = await currentState(database, schema);
  if (version >= MIGRATIONS.length) return checkWhole(database, schema);
  if (version === 0 && lost !== null) throw lost;
  throw new TaskMonitorError(
    'INVALID_OPTIONS',
    `The schema ${quoted(schema)} has not the tables of this version, and \`migrate\` is false: run the SQL that ` +
      '`PostgresStore.migrations(schema)` answers with as a role that may create them, or open the store once with ' +
      '`migrate: true` as such a role.',
    { details: { schema } },
  );
}

interface State {
  readonly version: number;
  readonly compatibleWith: number;
}

async function currentState(database: Database, schema: string): Promise<State> {
  const state = await database.persistently((deadline) =>
    stateOf((text, values = []) => database.askOnce(text, values, deadline), schema),
  );
  refuseNewer(schema, state);
  return state;
}

async function stateOf(ask: Ask, schema: string): Promise<State> {
  try {
    const [row] = await ask(
      `SELECT coalesce(max(number), 0), coalesce(max(compatible_with), 0) FROM ${quoted(schema)}.migrations`,
    );
    return { version: numberOf(row?.[0]), compatibleWith: numberOf(row?.[1]) };
  } catch (error) {
    // No such schema, no such table.
    if (codeOf(error) === '3F000' || codeOf(error) === '42P01')
      return { version: 0, compatibleWith: 0 };
    throw error;
  }
}

function refuseNewer(schema: string, state: State): void {
  if (state.compatibleWith <= MIGRATIONS.length) return;
  throw new TaskMonitorError(
    'INVALID_OPTIONS',
    `The tables in the schema ${quoted(schema)} have version ${state.version}, and this library knows them up to ` +
      `version ${MIGRATIONS.length}: update @task-monitor/store-postgres.`,
    { details: { schema, version: state.version, known: MIGRATIONS.length } },
  );
}

/** The number of the lock is as good as any, and the same for all. */
const LOCK = 'SELECT pg_advisory_xact_lock(8245061143)';

const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS migrations (
  number int PRIMARY KEY,
  -- Libraries that know the tables of this version, or a later one, can work with them.
  compatible_with int NOT NULL,
  done_at timestamptz NOT NULL DEFAULT now()
)`;

function recorded(number: number): string {
  const { compatibleWith } = MIGRATIONS[number - 1] as Migration;
  return `INSERT INTO migrations (number, compatible_with) VALUES (${number}, ${compatibleWith})`;
}

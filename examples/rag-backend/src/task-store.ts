import { resolve } from 'node:path';
import { isTaskMonitorError, MemoryStore, type TaskStore } from '@task-monitor/core';
import { SettingError } from './settings.js';

export interface OpenTaskStore {
  readonly store: TaskStore;
  /** Which it is, for people: without user and password. */
  readonly name: string;
}

const CHOICES = 'memory, sqlite:./tasks.db or postgres://user:password@host:5432/name';

/**
 * Opens the store that `TASK_STORE` names: `memory`, `sqlite:` and the path of a file, or the URL of a PostgreSQL database.
 * The package of a store is loaded only if it is the one.
 *
 * @throws SettingError for anything else, for want of a driver, and for a store that cannot be opened
 */
export async function openTaskStore(setting: string): Promise<OpenTaskStore> {
  if (setting === 'memory') {
    return { store: new MemoryStore(), name: 'memory: they are gone when this process ends' };
  }
  if (/^sqlite:./.test(setting)) return openSqlite(resolve(setting.slice('sqlite:'.length)));
  if (/^postgres(ql)?:/.test(setting)) return openPostgres(setting);
  // There may be a password behind the colon.
  const given = setting.replace(/:.+$/s, ':…');
  throw new SettingError(`Expected TASK_STORE to be ${CHOICES}, got "${given}".`);
}

async function openSqlite(path: string): Promise<OpenTaskStore> {
  const { SqliteStore } = await import('@task-monitor/store-sqlite');
  try {
    return { store: await SqliteStore.open({ path }), name: `SQLite, ${path}` };
  } catch (error) {
    if (!isTaskMonitorError(error)) throw error;
    const reason = error.details['driver'] === null ? NO_DRIVER : error.message;
    throw new SettingError(`Cannot use TASK_STORE=sqlite:${path}. ${reason}`, { cause: error });
  }
}

/** `npm run demo` installs nothing that may have to be compiled; `build` installs all, where npm itself cannot in a pnpm workspace. */
const NO_DRIVER =
  `Node ${process.version} has no SQLite of its own (22.13 and later have), and better-sqlite3 is not installed. ` +
  'Use a newer Node, or run: npm run build';

async function openPostgres(connectionString: string): Promise<OpenTaskStore> {
  const place = placeOf(connectionString);
  const { PostgresStore } = await import('@task-monitor/store-postgres');
  try {
    return { store: await PostgresStore.open({ connectionString }), name: `PostgreSQL, ${place}` };
  } catch (error) {
    if (!isTaskMonitorError(error)) throw error;
    throw new SettingError(
      `Cannot use the PostgreSQL of TASK_STORE, ${place}. ${reasonOf(error)}\n` +
        'Does the server run there, is there such a database, and are user and password right?',
      { cause: error },
    );
  }
}

/** Host and database: all of the URL that may be shown. */
function placeOf(connectionString: string): string {
  const url = URL.canParse(connectionString) ? new URL(connectionString) : null;
  if (url === null) {
    throw new SettingError(
      'Expected TASK_STORE to be a URL such as postgres://user:password@host:5432/name, got one that cannot be read. ' +
        'Signs such as @, / and # in a password are written as %40, %2F and %23.',
    );
  }
  const host = url.host || url.searchParams.get('host') || 'the local host';
  return `${host}, database ${url.pathname.slice(1) || 'of the name of the user'}`;
}

function reasonOf({ message, cause }: Error): string {
  // Of a name with several addresses, the error that sums up has a code and says nothing.
  const { code, message: said } = (cause ?? {}) as { code?: string; message?: string };
  return said === '' && code !== undefined ? `${message}${code}` : message;
}

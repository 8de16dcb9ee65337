import { dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Connection } from './connection.js';
import type { Driver } from './driver/driver.js';
import { checkAccess } from './file-access.js';
import { FileIdentity } from './file-identity.js';
import { targetOf } from './link-target.js';
import { LogSize } from './log-size.js';
import { migrate, type Refusal, refusalOf } from './migrate.js';
import { networkWarning } from './network-file-system.js';
import { orphanedLog } from './orphaned-log.js';
import { hasWalResetBug, walResetWarning } from './sqlite-version.js';
import { Trouble } from './trouble.js';
import { pauseMs } from './write-queue.js';

/** One file, open. */
export interface OpenFile {
  readonly connection: Connection;
  readonly identity: FileIdentity;
  readonly logSize: LogSize;
  readonly trouble: Trouble;
  /** Opens the file once more, for a look that takes long: it sees one state, and nobody waits for it. */
  readonly openReader: () => Connection;
}

export interface FileOptions {
  readonly path: string;
  readonly synchronous: 'full' | 'normal';
  readonly patienceMs: number;
  readonly now: () => number;
  readonly onWarning: (message: string) => void;
}

/** The write-ahead log is cut back to this whenever it starts anew. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;

/** @throws {@link TaskMonitorError} STORE_UNAVAILABLE or STORE_CORRUPT, which name the path and what to do */
export async function openFile(driver: Driver, options: FileOptions): Promise<OpenFile> {
  // Absolute, so that SQLite takes no name for something else than a file (`:memory:`, `file:…`).
  const path = resolve(options.path);
  checkAccess(path);
  const warning = networkWarning(dirname(targetOf(path)));
  if (warning !== null) options.onWarning(warning);
  const trouble = new Trouble(path, driver);
  const orphaned = orphanedLog(path);
  if (orphaned !== null) throw trouble.error('STORE_CORRUPT', orphaned);
  const deadline = performance.now() + options.patienceMs;
  for (let times = 0; ; times++) {
    try {
      return openOnce(driver, path, trouble, options);
    } catch (error) {
      if (!trouble.isBusy(error)) throw trouble.told(error);
      if (performance.now() > deadline) throw trouble.lockedOut(options.patienceMs);
    }
    await new Promise((done) => setTimeout(done, pauseMs(times)));
  }
}

function openOnce(
  driver: Driver,
  path: string,
  trouble: Trouble,
  { synchronous, now, onWarning }: FileOptions,
): OpenFile {
  const connection = new Connection(driver.open(path));
  try {
    connection.exec('PRAGMA busy_timeout = 0');
    // Before anything is written: a damaged file, or one of another program, is left as it is.
    const refusal = connection.snapshot(() => refusalOf(connection));
    if (refusal !== null) throw trouble.error('STORE_CORRUPT', REFUSALS[refusal]);
    switchToLog(connection, trouble);
    connection.exec(`
      PRAGMA synchronous = ${synchronous};
      PRAGMA trusted_schema = OFF;
      PRAGMA mmap_size = 0;
      PRAGMA cache_size = -16384;
      PRAGMA journal_size_limit = ${MAX_LOG_BYTES};
    `);
    migrate(connection, now());
    warnOfVersion(connection, driver, onWarning);
    return {
      connection,
      identity: new FileIdentity(path),
      logSize: new LogSize(path, onWarning),
      trouble,
      openReader: () => openReader(driver, path),
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function openReader(driver: Driver, path: string): Connection {
  const connection = new Connection(driver.open(path));
  connection.exec('PRAGMA busy_timeout = 0; PRAGMA query_only = ON; PRAGMA mmap_size = 0');
  return connection;
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  foreign:
    'This file belongs to another program. It is left as it is: give the path of a file that is only for tasks',
  newer:
    'This file was written by a newer version of @task-monitor/store-sqlite. Update the package here, too',
  incomplete:
    'This file is a store of tasks, but lacks what tells its version or its name: part of it was deleted. It is left as it is: restore a backup, or give another path to begin anew',
};

/** Readers and the writer do not wait for each other in a database that has a write-ahead log. */
function switchToLog(connection: Connection, trouble: Trouble): void {
  const mode = connection.get<{ journal_mode: string }>('PRAGMA journal_mode = WAL')?.journal_mode;
  if (mode === 'wal') return;
  throw trouble.error(
    'STORE_UNAVAILABLE',
    'Its file system has no shared memory, which SQLite needs for a write-ahead log. Put the file on a local disk',
  );
}

function warnOfVersion(
  connection: Connection,
  driver: Driver,
  onWarning: (message: string) => void,
): void {
  const version = connection.get<{ version: string }>(
    'SELECT sqlite_version() AS version',
  )?.version;
  if (version !== undefined && hasWalResetBug(version))
    onWarning(walResetWarning(driver.name, version));
}

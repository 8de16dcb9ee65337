import { accessSync, constants, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { TaskMonitorError } from '@task-monitor/core';
import { Connection } from './connection.js';
import type { Driver } from './driver/driver.js';
import { FileIdentity } from './file-identity.js';
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
  const warning = networkWarning(dirname(path));
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

function checkAccess(path: string): void {
  const folder = dirname(path);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile())
    throw cannotOpen(path, 'it is no file. Give the path of one, such as tasks.db');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw cannotOpen(path, `there is no folder ${folder}. Create it first: mkdir -p ${folder}`);
  if (!isAllowed(folder, constants.W_OK | constants.X_OK))
    throw cannotOpen(
      path,
      `user ${userName()} may not write to the folder ${folder}. SQLite puts two further files there: give the user that right`,
    );
  if (stats !== undefined && !isAllowed(path, constants.R_OK | constants.W_OK))
    throw cannotOpen(
      path,
      `user ${userName()} may not read and write it. Give the user that right, or another path`,
    );
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function userName(): string {
  return process.getuid === undefined ? userInfo().username : `${process.getuid()}`;
}

function cannotOpen(path: string, why: string): TaskMonitorError {
  return new TaskMonitorError('STORE_UNAVAILABLE', `Cannot open ${path}: ${why}.`, {
    details: { path },
  });
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

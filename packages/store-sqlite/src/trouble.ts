import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ErrorCode, isTaskMonitorError, TaskMonitorError } from '@task-monitor/core';
import type { Driver } from './driver/driver.js';
import { isReadOnly } from './file-access.js';
import { targetOf } from './link-target.js';

/** Less free space than this counts as none: SQLite tells a full disk in several ways. */
const NO_SPACE_BYTES = 64 * 1024;

/** What callers are told of the errors that SQLite reports of one file. */
export class Trouble {
  readonly #path: string;
  readonly #driver: Driver;

  constructor(path: string, driver: Driver) {
    this.#path = path;
    this.#driver = driver;
  }

  /** Whether another connection holds the database just now. */
  isBusy(error: unknown): boolean {
    const result = this.#driver.resultOf(error);
    return result !== null && /^(BUSY|LOCKED)/.test(result);
  }

  /** The error of the library that says the same. One that is none of SQLite's stays as it is. */
  told(error: unknown): unknown {
    if (isTaskMonitorError(error)) return error;
    const result = this.#driver.resultOf(error);
    if (result === null) return error;
    const [code, what] = this.#meaning(result);
    return this.error(code, `${what} (SQLITE_${result})`, error);
  }

  lockedOut(patienceMs: number): TaskMonitorError {
    return this.error(
      'STORE_UNAVAILABLE',
      `Another process kept it locked for ${patienceMs} ms. Nothing was written; the call may be repeated`,
    );
  }

  error(code: ErrorCode, what: string, cause?: unknown): TaskMonitorError {
    return new TaskMonitorError(code, `${this.#path}: ${what}.`, {
      details: { path: this.#path },
      ...(cause !== undefined && { cause }),
    });
  }

  #meaning(result: string): readonly [ErrorCode, string] {
    if (result === 'NOTADB')
      return ['STORE_CORRUPT', 'This file is no SQLite database. It is left as it is'];
    if (result.startsWith('CORRUPT'))
      return [
        'STORE_CORRUPT',
        'The database is damaged. It is left as it is: restore a backup, or save what can be read with the `.recover` of the sqlite3 program',
      ];
    if (result === 'FULL') return FULL;
    if (/^(READONLY|IOERR|CANTOPEN)/.test(result) && isReadOnly(dirname(targetOf(this.#path))))
      return [
        'STORE_UNAVAILABLE',
        'Its file system is mounted read-only, which systems also do by themselves when a disk fails. Mount it so that it can be written; the call may then be repeated',
      ];
    if (result.startsWith('IOERR'))
      return this.#isFull() ? FULL : ['STORE_UNAVAILABLE', 'The disk cannot be read or written'];
    if (result.startsWith('READONLY'))
      return ['STORE_UNAVAILABLE', 'It cannot be written. Give this user the right to write to it'];
    if (result.startsWith('CANTOPEN'))
      return [
        'STORE_UNAVAILABLE',
        'It cannot be opened. Check that its folder is there and that this user may write to it',
      ];
    return ['STORE_UNAVAILABLE', 'SQLite refused'];
  }

  #isFull(): boolean {
    try {
      const { bavail, bsize } = statfsSync(dirname(targetOf(this.#path)));
      return bavail * bsize < NO_SPACE_BYTES;
    } catch {
      // A disk that does not even tell its size is in another kind of trouble.
      return false;
    }
  }
}

const FULL: readonly [ErrorCode, string] = [
  'STORE_FULL',
  'The disk is full. What was stored is unharmed; the call may be repeated when there is room',
];

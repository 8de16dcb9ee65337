import { statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { TaskMonitorError } from '@task-monitor/core';

/** How long a look at the file counts. */
const LOOK_EVERY_MS = 5_000;

/**
 * Which file was opened. When it is deleted or another one takes its place, SQLite would go on writing into the old one,
 * which nobody will ever read.
 *
 * Looks at the name only: to open and close a file would let go of the locks that SQLite holds on it in this process.
 */
export class FileIdentity {
  readonly #path: string;
  readonly #file: string;
  readonly #everyMs: number;
  #lookedAt = performance.now();

  constructor(path: string, everyMs = LOOK_EVERY_MS) {
    this.#path = path;
    this.#file = fileAt(path);
    this.#everyMs = everyMs;
  }

  /**
   * Answers whether it looked: now and then it does.
   *
   * @throws {@link TaskMonitorError} STORE_CORRUPT, at most {@link LOOK_EVERY_MS} after the file is gone
   */
  check(): boolean {
    if (performance.now() - this.#lookedAt < this.#everyMs) return false;
    if (fileAt(this.#path) !== this.#file) {
      throw new TaskMonitorError(
        'STORE_CORRUPT',
        `${this.#path} was deleted or replaced while it was open. Close this store and open it again.`,
        { details: { path: this.#path } },
      );
    }
    this.#lookedAt = performance.now();
    return true;
  }
}

function fileAt(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? 'none' : `${stats.dev}:${stats.ino}`;
}

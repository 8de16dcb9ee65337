import { statSync } from 'node:fs';
import { targetOf } from './link-target.js';

/** Four times what the log is cut back to: by then something keeps it from being cut. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The write-ahead log is taken into the file now and then and begun anew, unless somebody has been reading an old state all
 * the while: then it grows without a bound. Warns of that once.
 */
export class LogSize {
  readonly #path: string;
  readonly #onWarning: (message: string) => void;
  readonly #maxBytes: number;
  #warned = false;

  constructor(path: string, onWarning: (message: string) => void, maxBytes = MAX_BYTES) {
    this.#path = `${targetOf(path)}-wal`;
    this.#onWarning = onWarning;
    this.#maxBytes = maxBytes;
  }

  check(): void {
    if (this.#warned) return;
    const bytes = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes <= this.#maxBytes) return;
    this.#warned = true;
    this.#onWarning(
      `${this.#path} has grown to ${Math.round(bytes / 1024 / 1024)} MB. Another program has been reading the store in one transaction all the while (a sqlite3 shell, a backup): end it, and the log shrinks.`,
    );
  }
}

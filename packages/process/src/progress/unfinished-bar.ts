import type { Reading } from './line-parser.js';

/** A bar that was read before its line was finished, so that it is not read again when it is. */
export class UnfinishedBar {
  #follows = false;
  #seen: string | null = null;

  /** Whether the line that is being written may be read: it follows another drawing of its bar, and was not read yet. */
  get isAwaited(): boolean {
    return this.#follows && this.#seen === null;
  }

  seen(text: string): void {
    this.#seen = text;
  }

  /** What `line` has behind the bar that was read already; `null` if none was. */
  restOf(line: string): string | null {
    return this.#seen === null ? null : line.slice(this.#seen.length);
  }

  /** The line is finished. */
  next(reading: Reading | 'blank' | null): void {
    this.#follows = reading !== null && reading !== 'blank' && reading.redrawn === true;
    this.#seen = null;
  }
}

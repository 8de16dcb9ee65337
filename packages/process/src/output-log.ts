import { type LogLine, OUTPUT_LIMITS } from '@task-monitor/core';
import { ownText } from './own-text.js';
import { plainText } from './plain-text.js';
import { RecentLines } from './recent-lines.js';

/** How long a line may wait for others to be written with it. */
const WAIT_MS = 200;
/** So many lines need not wait that long … */
const FULL_BATCH_LINES = 100;
/** … but even a flood is not written more often than this. */
const MIN_INTERVAL_MS = 50;

interface Line {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  readonly at: number;
}

/**
 * Writes a child's lines to its task's output, in batches. While one batch is being written the next collects, of which
 * only the tail is kept that the task could keep anyway: a flood, or a slow store, costs 64 KB.
 */
export class OutputLog {
  readonly #write: (lines: readonly LogLine[]) => Promise<void>;
  readonly #lines = new RecentLines<Line>(OUTPUT_LIMITS);
  /** How many lines came since the last batch, kept or not. */
  #added = 0;
  #writing: Promise<void> | null = null;
  #writtenAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #timerIsShort = false;

  /** `write` never rejects: as the log of a running task it reports the store's trouble itself. */
  constructor(write: (lines: readonly LogLine[]) => Promise<void>) {
    this.#write = write;
  }

  add(stream: Line['stream'], texts: readonly string[]): void {
    if (texts.length === 0) return;
    const at = Date.now();
    // The others would give way anyway: not looking at them makes a flood of short lines cheap.
    for (const text of texts.slice(-OUTPUT_LIMITS.lines)) {
      this.#lines.add({ stream, text: plainText(text), at });
    }
    this.#added += texts.length;
    this.#schedule();
  }

  /** Writes what still waits. Resolves when all of it was handed to the store. */
  async end(): Promise<void> {
    await this.#writing;
    while (this.#lines.count > 0) await this.#flush();
  }

  #schedule(): void {
    if (this.#writing !== null) return;
    const isShort = this.#lines.count >= FULL_BATCH_LINES;
    if (this.#timer !== undefined && (this.#timerIsShort || !isShort)) return;
    clearTimeout(this.#timer);
    const nextAt = this.#writtenAt + MIN_INTERVAL_MS;
    const delayMs = isShort ? Math.max(0, nextAt - performance.now()) : WAIT_MS;
    this.#timer = setTimeout(() => void this.#flush(), delayMs).unref();
    this.#timerIsShort = isShort;
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#write(this.#takeBatch());
    await this.#writing;
    this.#writing = null;
    this.#writtenAt = performance.now();
    if (this.#lines.count > 0) this.#schedule();
  }

  #takeBatch(): readonly LogLine[] {
    const lines = this.#lines.take().map((line) => ({ ...line, text: ownText(line.text) }));
    const leftOut = this.#added - lines.length;
    this.#added = 0;
    if (leftOut === 0) return lines;
    // For those who follow along. In the kept tail it is the first line to give way.
    return [
      { stream: 'log', text: `… ${leftOut} ${leftOut === 1 ? 'line' : 'lines'} left out …` },
      ...lines,
    ];
  }
}

import type { Clock, Timer } from './clock.js';
import { checkOptions, milliseconds, positiveInteger } from './options.js';
import type { TaskFilter } from './query.js';
import type { TaskStore } from './store.js';
import type { TaskWriter } from './task-writer.js';

export interface RetentionOptions {
  /** How long a finished task is kept, in milliseconds. Default 7 days, as the documented cleanup. */
  readonly maxAgeMs?: number;
  /** How many finished tasks are kept. Default 100,000. The memory store's own limit holds besides. */
  readonly maxFinished?: number;
  /**
   * {@link MemoryStoreOptions.maxBytes} of the store that the monitor makes itself. Default 256 MiB. A store that you made
   * has its own.
   */
  readonly maxBytes?: number;
  /** How often it is looked, in milliseconds. Default one minute. */
  readonly sweepIntervalMs?: number;
}

/** Tasks removed before other work gets its turn: a few milliseconds in memory, one short transaction in a database. */
const SLICE = 500;

/** Removes what is finished long enough, in slices that leave the event loop free. */
export class Retention {
  readonly #store: TaskStore;
  readonly #writer: TaskWriter;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #options: Sweeping | null;
  readonly #evicted = { age: 0, count: 0 };
  #timer: Timer | null = null;
  #closed = false;

  constructor(
    store: TaskStore,
    writer: TaskWriter,
    clock: Clock,
    options: RetentionOptions | false,
    onError: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#writer = writer;
    this.#clock = clock;
    this.#onError = onError;
    this.#options = options === false ? null : withDefaults(options);
    this.#plan();
  }

  stop(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** How many tasks the sweeps removed, by what they were over. */
  get evicted(): { readonly age: number; readonly count: number } {
    return this.#evicted;
  }

  /** Returns how many tasks were removed. */
  async prune(completedBefore: number, keepFinished: number, filter: TaskFilter): Promise<number> {
    let removed = 0;
    for (;;) {
      const answer = await this.#store.prune({
        completedBefore,
        keepFinished,
        filter,
        limit: SLICE,
        operation: this.#writer.operation(),
      });
      removed += answer.removed;
      if (!answer.more || this.#closed) return removed;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** One after the other, so that it is known what each task was over. */
  async #sweep(completedBefore: number, maxFinished: number): Promise<void> {
    this.#evicted.age += await this.prune(completedBefore, Number.MAX_SAFE_INTEGER, {});
    if (this.#closed) return;
    this.#evicted.count += await this.prune(Number.MIN_SAFE_INTEGER, maxFinished, {});
  }

  #plan(): void {
    if (this.#options === null || this.#closed) return;
    const { maxAgeMs, maxFinished, sweepIntervalMs } = this.#options;
    this.#timer = this.#clock.after(sweepIntervalMs, () => {
      this.#sweep(this.#clock.now() - maxAgeMs, maxFinished)
        .catch((error: unknown) => {
          // A sweep that is on its way when the monitor is closed may well fail.
          if (!this.#closed) this.#onError(error);
        })
        .finally(() => this.#plan());
    });
  }
}

/** What is left to the sweeps: the bytes are the store's own affair. */
type Sweeping = Required<Omit<RetentionOptions, 'maxBytes'>>;

function withDefaults(options: RetentionOptions): Sweeping {
  checkOptions('retention', options, {
    maxAgeMs: milliseconds,
    maxFinished: positiveInteger,
    maxBytes: positiveInteger,
    sweepIntervalMs: milliseconds,
  });
  return {
    maxAgeMs: options.maxAgeMs ?? 7 * DAY_MS,
    maxFinished: options.maxFinished ?? 100_000,
    sweepIntervalMs: options.sweepIntervalMs ?? 60_000,
  };
}

export const DAY_MS = 86_400_000;

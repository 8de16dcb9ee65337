import type { Clock, Timer } from './clock.js';
import { isTaskMonitorError, TaskMonitorError } from './errors.js';

/** The first pause after a store that is away; each is twice the one before, up to the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** How long whoever waits for a function's value also waits for the task to be recorded. */
const PATIENCE_MS = 5_000;

/** Ends that wait for the store: some megabytes. Beyond, one is given up at its first failure, and told. */
const MOST_WAITING = 10_000;

export interface EndWrite<T> {
  /** Rejects when it is given up: with a mistake, when too many wait, or when the monitor is closed. Marked as handled. */
  readonly stored: Promise<T>;
  /** Resolves when it is stored, was tried in vain once, or has taken 5 s. */
  readonly tried: Promise<void>;
}

interface Pause {
  readonly timer: Timer;
  readonly giveUp: () => void;
}

/**
 * Stores how functions ended, again and again while the store is away: the work is done, and nobody can tell it a second
 * time. Each is the same operation every time, so one whose answer was lost is not written twice.
 */
export class EndWrites {
  readonly #clock: Clock;
  readonly #onError: (error: unknown, where: string) => void;
  readonly #pauses = new Set<Pause>();
  #closed = false;

  constructor(clock: Clock, onError: (error: unknown, where: string) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  write<T>(where: string, write: () => Promise<T>): EndWrite<T> {
    let tried!: () => void;
    const once = new Promise<void>((resolve) => (tried = resolve));
    const stored = this.#store(where, write, tried);
    const patience = this.#clock.after(PATIENCE_MS, tried);
    stored
      .catch((error: unknown) => this.#onError(error, where))
      .finally(() => {
        patience.cancel();
        tried();
      });
    return { stored, tried: once };
  }

  /** Gives up what waits; what is written from now on is tried once. */
  close(): void {
    this.#closed = true;
    for (const { timer, giveUp } of this.#pauses) {
      timer.cancel();
      giveUp();
    }
    this.#pauses.clear();
  }

  async #store<T>(where: string, write: () => Promise<T>, tried: () => void): Promise<T> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await write();
      } catch (error) {
        if (!isPassing(error) || this.#closed) throw error;
        if (this.#pauses.size >= MOST_WAITING) throw tooMany(error);
        if (pauseMs === FIRST_PAUSE_MS) this.#onError(error, `${where}, which is tried again`);
        tried();
        await this.#pause(pauseMs);
        if (this.#closed) throw error;
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(ms, () => {
        this.#pauses.delete(pause);
        resolve();
      });
      const pause = { timer, giveUp: resolve };
      this.#pauses.add(pause);
    });
  }
}

/** Trouble with the store that may be over in a moment. */
export function isPassing(error: unknown): boolean {
  return (
    isTaskMonitorError(error) && (error.code === 'STORE_UNAVAILABLE' || error.code === 'STORE_FULL')
  );
}

function tooMany(cause: unknown): TaskMonitorError {
  return new TaskMonitorError(
    'STORE_UNAVAILABLE',
    `The store is away, and ${MOST_WAITING} tasks wait already for their ends to be recorded.`,
    { cause },
  );
}

import type { Clock, Timer } from './clock.js';
import { isTaskMonitorError, TaskMonitorError } from './errors.js';
import { attempt, isComing, type Prompt } from './prompt.js';

/** The first pause after a store that is away; each is twice the one before, up to the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** How long whoever waits for a function's value also waits for the task to be recorded. */
const PATIENCE_MS = 5_000;

/** Ends that wait for the store: some megabytes. Beyond, one is given up at its first failure, and told. */
const MOST_WAITING = 10_000;

/** Who wants to know what becomes of a write; each is called once at most. */
export interface EndWriteListener<T> {
  /** It is stored, was tried in vain once, or has taken 5 s. */
  tried(): void;
  stored(value: T): void;
  /** After a mistake, where too many wait, or when the monitor is closed. */
  givenUp(error: unknown): void;
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
  /** What is not stored yet, in the order in which nobody waits for it any longer. */
  readonly #waiting = new Set<Waiting<never>>();
  #patience: Timer | null = null;
  #closed = false;

  constructor(clock: Clock, onError: (error: unknown, where: string) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  /**
   * `where` completes "While …". What is written at once is told at once; else the calls are made in no particular turn, but
   * `tried` comes last where all is well.
   */
  write<T>(where: string, write: () => Prompt<T>, listener?: EndWriteListener<T>): void {
    const written = attempt(write);
    if (!isComing(written)) {
      listener?.stored(written);
      listener?.tried();
      return;
    }
    const waiting = new Waiting(listener, this.#clock.monotonic() + PATIENCE_MS);
    this.#waiting.add(waiting);
    this.#patience ??= this.#clock.after(PATIENCE_MS, () => this.#waitNoLonger());
    written.then(
      (value) => this.#stored(waiting, value),
      (error: unknown) => this.#failed(error, where, write, waiting),
    );
  }

  #stored<T>(waiting: Waiting<T>, value: T): void {
    waiting.listener?.stored(value);
    this.#over(waiting);
  }

  #over(waiting: Waiting<never>): void {
    this.#waiting.delete(waiting);
    waiting.tried();
    this.#endPatience();
  }

  /** One timer for all: almost every write is stored long before. */
  #waitNoLonger(): void {
    this.#patience = null;
    const now = this.#clock.monotonic();
    for (const waiting of this.#waiting) {
      if (waiting.until > now) {
        this.#patience = this.#clock.after(waiting.until - now, () => this.#waitNoLonger());
        return;
      }
      this.#waiting.delete(waiting);
      waiting.tried();
    }
  }

  /** Gives up what waits; what is written from now on is tried once. */
  close(): void {
    this.#closed = true;
    for (const { timer, giveUp } of this.#pauses) {
      timer.cancel();
      giveUp();
    }
    this.#pauses.clear();
    this.#endPatience();
  }

  /** Once it is closed, no timer is to be left. */
  #endPatience(): void {
    if (!this.#closed || this.#waiting.size > 0) return;
    this.#patience?.cancel();
    this.#patience = null;
  }

  async #failed<T>(
    error: unknown,
    where: string,
    write: () => Prompt<T>,
    waiting: Waiting<T>,
  ): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      if (!isPassing(error) || this.#closed) break;
      if (this.#pauses.size >= MOST_WAITING) {
        error = tooMany(error);
        break;
      }
      if (pauseMs === FIRST_PAUSE_MS) this.#onError(error, `${where}, which is tried again`);
      waiting.tried();
      await this.#pause(pauseMs);
      if (this.#closed) break;
      try {
        return this.#stored(waiting, await write());
      } catch (again) {
        error = again;
      }
    }
    waiting.listener?.givenUp(error);
    this.#over(waiting);
    this.#onError(error, where);
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

/** A write that is on its way, and until when somebody waits for it. */
class Waiting<T> {
  readonly listener: EndWriteListener<T> | undefined;
  readonly until: number;
  #isTried = false;

  constructor(listener: EndWriteListener<T> | undefined, until: number) {
    this.listener = listener;
    this.until = until;
  }

  tried(): void {
    if (this.#isTried) return;
    this.#isTried = true;
    this.listener?.tried();
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

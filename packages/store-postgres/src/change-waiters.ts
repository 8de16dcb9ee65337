/** How often the store is asked while somebody waits: writes of other processes may come without a word. */
const POLL_MS = 1_000;

export interface ChangeWaitersOptions {
  /** Asks the store for the position of its last change. */
  readonly ask: () => Promise<number>;
  /** Somebody waits, for the first time. */
  readonly begun: () => void;
}

/** Those who wait for the next change. However many, one of them asks the store. */
export class ChangeWaiters {
  readonly #options: ChangeWaitersOptions;
  readonly #waiting = new Set<Waiter>();
  #timer: NodeJS.Timeout | null = null;
  #asking = false;
  #askAgain = false;
  #begun = false;
  #closed = false;

  constructor(options: ChangeWaitersOptions) {
    this.#options = options;
  }

  /** Resolves when there is a change after `position`, the time is up, or the signal fires. */
  wait(position: number, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (!this.#begun) {
      this.#begun = true;
      this.#options.begun();
    }
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const waiter: Waiter = {
        position,
        answer: () => {
          this.#waiting.delete(waiter);
          signal?.removeEventListener('abort', waiter.answer);
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.add(waiter);
      signal?.addEventListener('abort', waiter.answer, { once: true });
      if (waitMs < 2 ** 31) timer = setTimeout(waiter.answer, waitMs).unref();
      // There may have been a change since the waiter looked.
      this.look();
    });
  }

  /** The store has this position by now. */
  reached(position: number): void {
    for (const waiter of [...this.#waiting]) if (waiter.position < position) waiter.answer();
  }

  /** Asks the store at once, if anybody waits. */
  look(): void {
    if (this.#waiting.size === 0) return;
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    this.#asking = true;
    this.#askAgain = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#options
      .ask()
      .then(
        (position) => this.reached(position),
        // Whoever waits is answered by its own question when the store is there again, or its time is up.
        () => {},
      )
      .finally(() => {
        this.#asking = false;
        if (this.#askAgain) return this.look();
        if (this.#waiting.size > 0) this.#timer = setTimeout(() => this.look(), POLL_MS).unref();
      });
  }

  /** Answers everybody. */
  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const waiter of [...this.#waiting]) waiter.answer();
  }
}

interface Waiter {
  readonly position: number;
  readonly answer: () => void;
}

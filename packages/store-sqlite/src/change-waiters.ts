/** How soon a change of another process is noticed. One look costs some microseconds, however many wait. */
const LOOK_EVERY_MS = 100;

interface Waiter {
  readonly position: string;
  readonly answer: () => void;
}

/**
 * Readers that wait for the next change. Those of this process wake them at once; for those of others it is looked, as long
 * as anybody waits. No timer of this keeps the process alive.
 */
export class ChangeWaiters {
  readonly #positionOfNow: () => string;
  readonly #waiting = new Set<Waiter>();
  #looking: NodeJS.Timeout | undefined;

  constructor(positionOfNow: () => string) {
    this.#positionOfNow = positionOfNow;
  }

  /** Answers everybody who waits. */
  wake(): void {
    for (const { answer } of [...this.#waiting]) answer();
  }

  /** Returns when `position` may not be that of now any more, when `signal` fires, or after `waitMs`. */
  next(position: string, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const answer = (): void => {
        this.#waiting.delete(waiter);
        signal?.removeEventListener('abort', answer);
        clearTimeout(timer);
        if (this.#waiting.size === 0) this.#stop();
        resolve();
      };
      const waiter = { position, answer };
      this.#waiting.add(waiter);
      signal?.addEventListener('abort', answer, { once: true });
      // Node fires a longer timer at once.
      if (waitMs < 2 ** 31) timer = setTimeout(answer, waitMs).unref();
      this.#looking ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
    });
  }

  #look(): void {
    let now: string;
    try {
      now = this.#positionOfNow();
    } catch {
      // Whoever is woken asks the store itself, which waits for a lock, or tells what is wrong.
      this.wake();
      return;
    }
    for (const { position, answer } of [...this.#waiting]) if (position !== now) answer();
  }

  #stop(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}

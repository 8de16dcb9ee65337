/** How soon a change of another process is noticed. */
const POLL_MS = 250;

interface Waiter {
  readonly hasMoved: () => boolean;
  readonly answer: () => void;
}

/**
 * Readers that wait for the next change. Those of this process wake them at once; for those of others it is looked, as long
 * as anybody waits. No timer of this keeps the process alive.
 */
export class ChangeWaiters {
  readonly #waiting = new Set<Waiter>();
  #poll: NodeJS.Timeout | undefined;

  /** Answers everybody who waits. */
  wake(): void {
    for (const { answer } of [...this.#waiting]) answer();
  }

  /** Returns after `waitMs`, when `signal` fires, when it is woken, or when `hasMoved`, which may throw: that wakes, too. */
  next(waitMs: number, signal: AbortSignal | undefined, hasMoved: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const answer = (): void => {
        this.#waiting.delete(waiter);
        signal?.removeEventListener('abort', answer);
        clearTimeout(timer);
        if (this.#waiting.size === 0) this.#stop();
        resolve();
      };
      const waiter = { hasMoved, answer };
      this.#waiting.add(waiter);
      signal?.addEventListener('abort', answer, { once: true });
      // Node fires a longer timer at once.
      if (waitMs < 2 ** 31) timer = setTimeout(answer, waitMs).unref();
      this.#poll ??= setInterval(() => this.#look(), POLL_MS).unref();
    });
  }

  #look(): void {
    for (const { hasMoved, answer } of [...this.#waiting]) {
      if (hasMovedOrFailed(hasMoved)) answer();
    }
  }

  #stop(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }
}

/** Whoever is woken by an error asks the store itself, and is told of it there. */
function hasMovedOrFailed(hasMoved: () => boolean): boolean {
  try {
    return hasMoved();
  } catch {
    return true;
  }
}

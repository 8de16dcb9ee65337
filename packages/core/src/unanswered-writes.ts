import { isPassing } from './end-writes.js';
import type { Operation } from './store.js';

/** Calls remembered: as many as a store remembers writes of one monitor, at least. */
const REMEMBERED = 1_000;

/**
 * The calls whose answers were lost. Who repeats one sends the same operation again, so that a store that did it the
 * first time recognises it.
 */
export class UnansweredWrites {
  readonly #operations = new Map<string, Operation>();

  /** `call` names the verb and the task. */
  async write<T>(
    call: string,
    next: () => Operation,
    write: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const operation = this.#operations.get(call) ?? next();
    // Of two that come at once only one is the repeat.
    this.#operations.delete(call);
    try {
      return await write(operation);
    } catch (error) {
      if (isPassing(error)) this.#remember(call, operation);
      throw error;
    }
  }

  #remember(call: string, operation: Operation): void {
    this.#operations.set(call, operation);
    // A Map keeps the order of entering: the first is the oldest.
    for (const oldest of this.#operations.keys()) {
      if (this.#operations.size <= REMEMBERED) break;
      this.#operations.delete(oldest);
    }
  }
}

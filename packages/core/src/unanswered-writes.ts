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

  /** Does `write` as the operation that it is: a new one, or the one whose answer was lost. */
  async write<T>(
    verb: string,
    id: string,
    next: () => Operation,
    write: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const operation = this.repeated(verb, id) ?? next();
    try {
      return await write(operation);
    } catch (error) {
      this.failed(verb, id, operation, error);
      throw error;
    }
  }

  /** The operation to be sent again, if this call is a repeat. */
  repeated(verb: string, id: string): Operation | undefined {
    if (this.#operations.size === 0) return undefined;
    const call = `${verb} ${id}`;
    const operation = this.#operations.get(call);
    // Of two that come at once only one is the repeat.
    this.#operations.delete(call);
    return operation;
  }

  /** Remembers the operation of a call that was not answered, unless the error is an answer. */
  failed(verb: string, id: string, operation: Operation, error: unknown): void {
    if (isPassing(error)) this.#remember(`${verb} ${id}`, operation);
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

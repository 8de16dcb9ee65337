import type { Operation } from '../store.js';

/** Writes remembered of each writer: a repeat comes within seconds of the lost answer. 32 KiB a writer. */
const REMEMBERED = 4_096;

/** Writers remembered; monitors are opened and closed, and a store may outlive thousands of them. */
const WRITERS = 64;

/**
 * The writes that were done lately, so that one that is sent again is known, whatever was written since. A writer counts its
 * writes, so the place of each is its number, in a ring: nothing is hashed and nothing becomes garbage. O(1).
 */
export class RecentOperations {
  readonly #byWriter = new Map<string, Float64Array>();
  /** The writer that was asked for last, as mostly there is but one. */
  #writer: string | null = null;
  #writes: Float64Array | undefined;

  has({ writer, sequence }: Operation): boolean {
    return this.#of(writer)?.[sequence % REMEMBERED] === sequence;
  }

  add({ writer, sequence }: Operation): void {
    (this.#of(writer) ?? this.#enter(writer))[sequence % REMEMBERED] = sequence;
  }

  #of(writer: string): Float64Array | undefined {
    if (writer !== this.#writer) {
      this.#writer = writer;
      this.#writes = this.#byWriter.get(writer);
    }
    return this.#writes;
  }

  #enter(writer: string): Float64Array {
    // A Map keeps the order of entering: the first key is the writer that came first.
    for (const first of this.#byWriter.keys()) {
      if (this.#byWriter.size < WRITERS) break;
      this.#byWriter.delete(first);
    }
    const done = new Float64Array(REMEMBERED);
    this.#byWriter.set(writer, done);
    this.#writes = done;
    return done;
  }
}

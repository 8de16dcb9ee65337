/**
 * Snapshots of a moment ago: when a server comes back, all its clients ask at once, and most of them the same.
 */
export class SnapshotCache<T> {
  readonly #maxAgeMs: number;
  readonly #made = new Map<string, { readonly at: number; readonly value: Promise<T> }>();

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  /** The value of `key`, by `make` unless there is one that is young enough. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const now = performance.now();
    for (const [known, { at }] of this.#made) {
      // In the order in which they were made: the first young one ends the search.
      if (now - at <= this.#maxAgeMs) break;
      this.#made.delete(known);
    }
    const made = this.#made.get(key);
    if (made !== undefined) return made.value;
    const value = make();
    this.#made.set(key, { at: now, value });
    // What failed is tried again by the next.
    value.catch(() => this.#made.delete(key));
    return value;
  }
}

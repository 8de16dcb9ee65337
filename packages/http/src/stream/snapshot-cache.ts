import type { Task } from '@task-monitor/core';
import type { Mark } from './mark.js';

/** Where things stand, as the first event of a stream says it: at its mark at least. */
export interface Snapshot {
  readonly mark: Mark;
  /** The event, written once for all who are sent it. */
  readonly bytes: Buffer;
  readonly tasks: readonly Task[];
  /** Whether the one task that is watched is over, or gone, so that nothing more will come. */
  readonly isEnd: boolean;
}

/**
 * Snapshots of a moment ago: when a server comes back, all its clients ask at once, and most of them the same.
 */
export class SnapshotCache {
  readonly #maxAgeMs: number;
  readonly #made = new Map<string, Entry>();

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  /**
   * The snapshot of `key`, by `make` unless there is one that is young enough, and from which one can still go on: its
   * mark is not before the number `first`.
   */
  get(key: string, first: number, mark: Mark, make: () => Promise<Snapshot>): Promise<Snapshot> {
    const now = performance.now();
    for (const [known, { at }] of this.#made) {
      // In the order in which they were made: the first young one ends the search.
      if (now - at <= this.#maxAgeMs) break;
      this.#made.delete(known);
    }
    const made = this.#made.get(key);
    if (made !== undefined && made.number >= first) return made.snapshot;
    this.#made.delete(key);
    const entry: Entry = { at: now, number: mark.number, snapshot: make() };
    this.#made.set(key, entry);
    // What failed is tried again by the next.
    entry.snapshot.catch(() => {
      if (this.#made.get(key) === entry) this.#made.delete(key);
    });
    return entry.snapshot;
  }

  /** Lets go of what is too old to be given to anybody. */
  clear(): void {
    this.#made.clear();
  }
}

interface Entry {
  readonly at: number;
  readonly number: number;
  readonly snapshot: Promise<Snapshot>;
}

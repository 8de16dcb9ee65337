import type { Clock } from './clock.js';
import type { Position } from './store.js';

/** How far a reader of the changes is behind the store, as far as can be known. */
export class FeedLevel {
  readonly #clock: Clock;
  #position: Position | null = null;
  /** When it was last known to be level. */
  #levelAt: number;
  /** Whether the last thing it heard was that there is more to read, or nothing at all. */
  #isBehind = false;
  /** Since when it has stayed where it is although the store has gone on. */
  #stuck: { readonly position: Position | null; readonly since: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#levelAt = clock.monotonic();
  }

  /** It goes on from `position`, of which nothing is known but that. */
  goesOn(position: Position | null): void {
    this.#position = position;
  }

  /** It has read up to `position`; `hasMore`: and maybe not all there is. */
  read(position: Position, hasMore: boolean): void {
    this.#position = position;
    this.#isBehind = hasMore;
    if (!hasMore) this.#levelAt = this.#clock.monotonic();
  }

  /** The store did not answer it. */
  failed(): void {
    this.#isBehind = true;
  }

  /** Milliseconds since it was last known to be level with the store, which is at `position`; `null`: it does not answer. */
  lagMs(position: Position | null): number {
    const now = this.#clock.monotonic();
    if (position !== null && position === this.#position) {
      this.#levelAt = now;
      this.#stuck = null;
      return 0;
    }
    if (this.#isBehind || position === null) return now - this.#levelAt;
    // It waits to be told of what the store has had since: that takes a moment, or it never comes.
    if (this.#stuck === null || this.#stuck.position !== this.#position)
      this.#stuck = { position: this.#position, since: now };
    return now - this.#stuck.since;
  }
}

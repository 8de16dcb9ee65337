import type { Clock } from './clock.js';
import { FeedLevel } from './feed-level.js';
import type { ChangePage, Position } from './store.js';

/** A follower that was not seen for so long has gone, rather than being busy with what it read. */
const GONE_MS = 10_000;

/** How far those are behind who follow the changes by waiting for them again and again: streams, metrics. */
export class Followers {
  readonly #clock: Clock;
  #level: FeedLevel | null = null;
  #waiting = 0;
  #seenAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A follower reads at most `limit` changes after `position`. */
  async read(
    position: Position | null,
    limit: number,
    changes: () => Promise<ChangePage>,
  ): Promise<ChangePage> {
    if (this.#areGone()) this.#level = null;
    const level = (this.#level ??= new FeedLevel(this.#clock));
    level.goesOn(position);
    this.#waiting++;
    try {
      const page = await changes();
      level.read(page.position, page.changes.length === limit);
      return page;
    } catch (error) {
      level.failed();
      throw error;
    } finally {
      this.#waiting--;
      this.#seenAt = this.#clock.monotonic();
    }
  }

  /** See {@link FeedLevel.lagMs}; `null` while there are none. */
  lagMs(position: Position | null): number | null {
    return this.#areGone() ? null : (this.#level?.lagMs(position) ?? null);
  }

  #areGone(): boolean {
    return this.#waiting === 0 && this.#clock.monotonic() - this.#seenAt > GONE_MS;
  }
}

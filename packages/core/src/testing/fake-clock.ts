import { setImmediate } from 'node:timers';
import type { Clock, Timer } from '../clock.js';

interface FakeTimer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #wall: number;
  #monotonic = 0;
  readonly #timers = new Set<FakeTimer>();

  /** Begins at 2026-01-01T00:00:00Z, or at `now` in epoch milliseconds. */
  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#wall = now;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(delayMs: number, callback: () => void): Timer {
    // Whole milliseconds, as of any timer: the wall clock has no others.
    const timer = { dueAt: this.#monotonic + Math.ceil(delayMs), callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Moves time on, and calls on the way every timer at its moment, those that others set included. */
  advance(ms: number): void {
    const until = this.#monotonic + ms;
    for (let timer = this.#next(until); timer !== null; timer = this.#next(until))
      this.#fire(timer);
    this.#moveTo(until);
  }

  /**
   * As {@link advance}, and lets promises settle before the first timer and after each; or waits for whatever else `settle`
   * waits for, such as a database that takes its time.
   */
  async advanceAsync(ms: number, settle: () => Promise<void> = settled): Promise<void> {
    const until = this.#monotonic + ms;
    await settle();
    for (let timer = this.#next(until); timer !== null; timer = this.#next(until)) {
      this.#fire(timer);
      await settle();
    }
    this.#moveTo(until);
  }

  /** Sets the wall clock forward, or back, while no time passes: timers and `monotonic` do not notice. */
  jumpWall(ms: number): void {
    this.#wall += ms;
  }

  #next(until: number): FakeTimer | null {
    let next: FakeTimer | null = null;
    for (const timer of this.#timers) {
      if (timer.dueAt <= until && (next === null || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }

  #fire(timer: FakeTimer): void {
    this.#timers.delete(timer);
    this.#moveTo(timer.dueAt);
    timer.callback();
  }

  #moveTo(monotonic: number): void {
    if (monotonic <= this.#monotonic) return;
    this.#wall += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}

/** Everything that is ready to run has run: a turn of the event loop empties the queue of promises. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import type { Clock, Timer } from './clock.js';

/** Calls `onTooLong` once when nobody has called {@link beat} for `limitMs`. A beat costs one look at the clock. */
export class Silence {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onTooLong: () => void;
  #lastAt: number;
  #timer: Timer;
  #isOver = false;

  constructor(clock: Clock, limitMs: number, onTooLong: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onTooLong = onTooLong;
    this.#lastAt = clock.monotonic();
    this.#timer = clock.after(limitMs, () => this.#look());
  }

  /** Says that there is life. */
  beat(): void {
    this.#lastAt = this.#clock.monotonic();
  }

  end(): void {
    this.#isOver = true;
    this.#timer.cancel();
  }

  #look(): void {
    const remainingMs = this.#remainingMs();
    if (remainingMs > 0) {
      this.#timer = this.#clock.after(remainingMs, () => this.#look());
      return;
    }
    if (remainingMs === 0) return this.#onTooLong();
    // Late: this very process was held up. Timers come first then, and what was said meanwhile is read after them, before this.
    setImmediate(() => {
      if (this.#isOver) return;
      if (this.#remainingMs() > 0) this.#look();
      else this.#onTooLong();
    });
  }

  #remainingMs(): number {
    return this.#lastAt + this.#limitMs - this.#clock.monotonic();
  }
}

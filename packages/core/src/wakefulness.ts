import type { Clock, Timer } from './clock.js';

/** How often it is looked whether timers come in time. */
const LOOK_EVERY_MS = 5_000;

/** What a busy process may be late by without having been away. */
const LATE_MS = 2_500;

/** By how much the wall clock and the monotonic one may part: setting a clock right moves it by less. */
const DRIFT_MS = 10_000;

/**
 * How long this process has been awake: since it was last blocked for seconds, asleep with its machine, or late with what it
 * does for others. Who was away itself knows nothing of the silence of others.
 */
export class Wakefulness {
  readonly #clock: Clock;
  readonly #isLate: () => boolean;
  #drift: number;
  #since = -Infinity;
  #dueAt: number | null = null;
  #timer: Timer | null = null;
  #stopped = false;

  /** `isLate`: whether this process is late with something else that it does regularly. */
  constructor(clock: Clock, isLate: () => boolean) {
    this.#clock = clock;
    this.#isLate = isLate;
    this.#drift = clock.now() - clock.monotonic();
  }

  /** Begins to look, once. */
  begin(): void {
    if (this.#timer === null && !this.#stopped) this.#plan();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** It was away, as far as anybody can tell. */
  wasAway(): void {
    this.#since = this.#clock.monotonic();
  }

  /** Milliseconds; `Infinity` if it was never away. */
  get awakeMs(): number {
    this.#look();
    return this.#clock.monotonic() - this.#since;
  }

  #look(): void {
    const now = this.#clock.monotonic();
    const drift = this.#clock.now() - now;
    const jumped = Math.abs(drift - this.#drift) > DRIFT_MS;
    const late = this.#dueAt !== null && now - this.#dueAt > LATE_MS;
    // A clock that is set right bit by bit never jumps.
    this.#drift = drift;
    if (jumped || late || this.#isLate()) this.wasAway();
  }

  #plan(): void {
    this.#dueAt = this.#clock.monotonic() + LOOK_EVERY_MS;
    this.#timer = this.#clock.after(LOOK_EVERY_MS, () => {
      this.#look();
      this.#plan();
    });
  }
}

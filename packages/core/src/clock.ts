/** Something that can be called off: a timer of a {@link Clock}. */
export interface Timer {
  cancel(): void;
}

/** Where the library gets time from. Tests put a clock of their own in its place, so that nothing has to sleep. */
export interface Clock {
  /** The wall clock, in epoch milliseconds. May jump. */
  now(): number;
  /** Milliseconds since an arbitrary moment. Never goes back, unaffected by changes of the wall clock. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs` ≥ 0, of any length. Never keeps the process alive. */
  after(delayMs: number, callback: () => void): Timer;
}

/** Node fires a longer `setTimeout` after 1 ms instead (https://nodejs.org/api/timers.html). */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    let handle: NodeJS.Timeout;
    const arm = (remainingMs: number): void => {
      const next = Math.min(remainingMs, LONGEST_TIMEOUT_MS);
      handle = setTimeout(() => {
        if (remainingMs > next) arm(remainingMs - next);
        else callback();
      }, next);
      handle.unref();
    };
    arm(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

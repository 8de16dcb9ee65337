import type { Clock } from './clock.js';
import { isPassing } from './end-writes.js';
import type { Latch } from './latch.js';
import type { Prompt } from './prompt.js';

/** Pauses between the tries: 100 ms to 1.6 s, three seconds in all. */
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 1_600;

export interface Patience {
  readonly clock: Clock;
  /** Ends a pause. */
  readonly calledOff: Latch;
  /** Whether the write is not to be tried again. */
  readonly isCalledOff: () => boolean;
}

/**
 * Goes on with a write that has to be stored before a function is called, and of which the first try failed with `error`:
 * it is tried again for some seconds while the store is away. The function has not been called, so nothing is done twice.
 * `write` sends the same operation every time.
 */
export async function tryAgain<T>(
  error: unknown,
  write: () => Prompt<T>,
  { clock, calledOff, isCalledOff }: Patience,
): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    if (!isPassing(error) || pauseMs > LAST_PAUSE_MS || isCalledOff()) throw error;
    const paused = new Promise<void>((resolve) => clock.after(pauseMs, resolve));
    await Promise.race([paused, calledOff.opened]);
    if (isCalledOff()) throw error;
    try {
      return await write();
    } catch (again) {
      error = again;
    }
  }
}

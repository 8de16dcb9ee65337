import type { TaskApiError } from './task-api-error.js';

/** How things stand between a watcher and the server. */
export interface WatchState {
  /**
   * `connecting` until it is told something for the first time; `live`: changes come as they happen; `polling`: it asks again
   * and again, as no stream gets through; `paused`: the page is hidden, and nothing is asked; `reconnecting`: what is shown may
   * be out of date; `ended`.
   */
  readonly status: 'connecting' | 'live' | 'polling' | 'paused' | 'reconnecting' | 'ended';
  /** Since when, in epoch milliseconds. */
  readonly since: number;
  /** Why it is `reconnecting`, or has `ended` by an error; else `null`. */
  readonly error: TaskApiError | null;
}

export interface WatchOptions {
  /** Ends the watching, quietly. */
  readonly signal?: AbortSignal | undefined;
  /** Told of every new state; what it throws ends the watching with that. */
  readonly onState?: ((state: WatchState) => void) | undefined;
}

/** Times of a watcher, in milliseconds. */
export interface WatchTimes {
  /** Until the first byte of a stream has to be there; then it polls. Default: 10,000; the server sends one at once. */
  readonly firstByteMs: number;
  /** Without a byte: then it connects anew. Default: 45,000, three times the pause between two signs of life. */
  readonly silenceMs: number;
  /** The most between two tries to connect. Default: 30,000. A longer `Retry-After` is heeded all the same. */
  readonly maxRetryMs: number;
  /** Between two polls of a list, or of a task where the server does not let it wait. Default: 2,000. */
  readonly pollMs: number;
  /**
   * In a page that is hidden, as a tab in the background is: after this it holds no connection until the page is shown again,
   * and then goes on where it was. Default: 5,000, so that a glance at another tab is none; `Infinity`: never. Browsers have
   * six connections to a server without HTTP/2, for all tabs together.
   */
  readonly hiddenMs: number;
}

const DEFAULTS: WatchTimes = {
  firstByteMs: 10_000,
  silenceMs: 45_000,
  maxRetryMs: 30_000,
  pollMs: 2_000,
  hiddenMs: 5_000,
};

/** @throws TypeError for a time that is none. */
export function watchTimes(given: Partial<WatchTimes>): WatchTimes {
  const time = (name: keyof WatchTimes): number => {
    const value = given[name] ?? DEFAULTS[name];
    if (Number.isFinite(value) && value > 0) return value;
    if (name === 'hiddenMs' && value === Infinity) return value;
    throw new TypeError(
      `Expected \`${name}\` to be a number of milliseconds, got ${String(value)}.`,
    );
  };
  return {
    firstByteMs: time('firstByteMs'),
    silenceMs: time('silenceMs'),
    maxRetryMs: time('maxRetryMs'),
    pollMs: time('pollMs'),
    hiddenMs: time('hiddenMs'),
  };
}

import type { ProgressUpdate } from '@task-monitor/core';

/** Often enough for an eye, and few enough writes for a child that reports in a tight loop. */
const INTERVAL_MS = 100;

/**
 * Passes on progress at most ten times a second: the first at once, then what became of all that came meanwhile, and by
 * {@link flush} the last before the end.
 */
export class ProgressThrottle {
  readonly #deliver: (update: ProgressUpdate) => void;
  #pending: ProgressUpdate | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(deliver: (update: ProgressUpdate) => void) {
    this.#deliver = deliver;
  }

  report(update: ProgressUpdate): void {
    this.#pending = this.#pending === null ? update : merge(this.#pending, update);
    if (this.#timer === undefined) this.#next();
  }

  /** Passes on what still waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const update = this.#pending;
    this.#pending = null;
    if (update !== null) this.#deliver(update);
  }

  #next(): void {
    if (this.#pending === null) {
      this.#timer = undefined;
      return;
    }
    this.flush();
    this.#timer = setTimeout(() => this.#next(), INTERVAL_MS).unref();
  }
}

/** One update that does what both do, one after the other. */
function merge(earlier: ProgressUpdate, later: ProgressUpdate): ProgressUpdate {
  const merged: { -readonly [K in keyof ProgressUpdate]: ProgressUpdate[K] } = {
    ...earlier,
    ...later,
  };
  const countsAnew = later.current !== undefined || later.total !== undefined;
  if (countsAnew && later.percent === undefined) delete merged.percent;
  const { current, total } = merged;
  // Each was fine by itself, so one of the two is out of date, and that is the earlier one.
  if (typeof current === 'number' && typeof total === 'number' && current > total) {
    if (later.current === undefined) delete merged.current;
    else delete merged.total;
  }
  return merged;
}

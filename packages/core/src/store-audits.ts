import type { Clock } from './clock.js';
import { TaskMonitorError } from './errors.js';
import type { StoreAudit, TaskCounts, TaskStore } from './store.js';
import { TASK_STATUSES } from './task.js';

/** What the last look at every task found. */
export interface AuditVitals {
  /** `differs`: the counters are not what a recount gives. `null`: none has ended yet. */
  readonly result: 'ok' | 'differs' | null;
  /** When it ended, in epoch milliseconds. */
  readonly at: number | null;
  readonly ageMs: number | null;
  readonly counted: TaskCounts | null;
  readonly recounted: TaskCounts | null;
}

/** Long enough to be no load on a store of a million tasks. */
const PERIOD_MS = 10 * 60_000;
/** After one that did not end. */
const RETRY_MS = 60_000;

/** Compares the counters of a store with a recount, only when somebody wants to know and at most every ten minutes. */
export class StoreAudits {
  readonly #store: TaskStore;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #last: (StoreAudit & { readonly differs: boolean; readonly at: number }) | null = null;
  #endedAt = 0;
  #notBefore = -Infinity;
  #running = false;
  #stopped = false;

  constructor(store: TaskStore, clock: Clock, onError: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Begins one in the background, unless there is one or it is too early. */
  ask(): void {
    if (this.#running || this.#stopped || this.#clock.monotonic() < this.#notBefore) return;
    this.#running = true;
    // Whoever asked is answered first.
    setImmediate(() => {
      this.#audit()
        .catch((error: unknown) => {
          this.#notBefore = this.#clock.monotonic() + RETRY_MS;
          // One that is on its way when the monitor is closed may well fail.
          if (!this.#stopped) this.#onError(error);
        })
        .finally(() => (this.#running = false));
    });
  }

  vitals(): AuditVitals {
    if (this.#last === null)
      return { result: null, at: null, ageMs: null, counted: null, recounted: null };
    const { differs, at, counted, recounted } = this.#last;
    const ageMs = this.#clock.monotonic() - this.#endedAt;
    return { result: differs ? 'differs' : 'ok', at, ageMs, counted, recounted };
  }

  async #audit(): Promise<void> {
    if (this.#stopped) return;
    const audit = await this.#store.audit();
    const differs = TASK_STATUSES.some(
      (status) => audit.counted[status] !== audit.recounted[status],
    );
    const isNews = differs && this.#last?.differs !== true;
    this.#last = { ...audit, differs, at: this.#clock.now() };
    this.#endedAt = this.#clock.monotonic();
    this.#notBefore = this.#endedAt + PERIOD_MS;
    if (isNews) this.#onError(wrongCounters(audit));
  }
}

function wrongCounters({ counted, recounted }: StoreAudit): TaskMonitorError {
  const wrong = TASK_STATUSES.filter((status) => counted[status] !== recounted[status]).map(
    (status) => `${status}: ${counted[status]} rather than ${recounted[status]}`,
  );
  return new TaskMonitorError(
    'STORE_CORRUPT',
    `The counters of the store are not what a recount of its tasks gives (${wrong.join(', ')}). Lists and single tasks are right; counts and statistics are not.`,
    { details: { counted, recounted } },
  );
}

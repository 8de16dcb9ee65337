import type { Clock } from './clock.js';
import { TaskMonitorError } from './errors.js';
import { ForwardingStore, type StoreMethod } from './forwarding-store.js';
import type { TaskStore } from './store.js';

/** Long enough for a failover of a connection, short enough for whoever waits for an answer over HTTP. */
const PATIENCE_MS = 5_000;

/**
 * Stands before a store that may be away: a call that is not answered within 5 s rejects with STORE_UNAVAILABLE, and what
 * becomes of it later is nobody's concern. It may have been done, so it is repeated as the same operation.
 */
export class DeadlineStore extends ForwardingStore {
  readonly #clock: Clock;

  constructor(inner: TaskStore, clock: Clock) {
    super(inner);
    this.#clock = clock;
  }

  protected override forward<T>(
    method: StoreMethod,
    call: () => Promise<T>,
    waitMs = 0,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer =
        waitMs === Infinity
          ? null
          : this.#clock.after(PATIENCE_MS + waitMs, () => reject(noAnswer(method)));
      const settled =
        <A>(tell: (answer: A) => void) =>
        (answer: A): void => {
          timer?.cancel();
          tell(answer);
        };
      // As little as can be: it is there once for every call that waits for the store.
      try {
        call().then(settled(resolve), settled(reject));
      } catch (error) {
        // A store that throws instead of rejecting is no reason to.
        settled(reject)(error);
      }
    });
  }
}

function noAnswer(method: StoreMethod): TaskMonitorError {
  return new TaskMonitorError(
    'STORE_UNAVAILABLE',
    `The store did not answer \`${method}\` within ${PATIENCE_MS / 1_000} s; the call may be repeated.`,
    { details: { method } },
  );
}

import type { Clock } from './clock.js';
import type { Position, TaskCounts, TaskStore } from './store.js';

/** What one look at the store came to. */
export interface StoreSight {
  /** Milliseconds until it answered; `null`: it did not. */
  readonly latencyMs: number | null;
  readonly counts: TaskCounts | null;
  /** Of its last change. */
  readonly position: Position | null;
}

/** Whoever asks how things stand cannot wait for long, and a store that takes this long is as good as away. */
const PATIENCE_MS = 2_000;

const AWAY: StoreSight = { latencyMs: null, counts: null, position: null };

/** Reads what costs the least: that there is an answer is what is asked for. */
export async function lookAtStore(store: TaskStore, clock: Clock): Promise<StoreSight> {
  const begun = clock.monotonic();
  const look = async (): Promise<StoreSight> => {
    const [counts, { position }] = await Promise.all([
      store.counts({}),
      store.changesAfter(null, { limit: 0, waitMs: 0 }),
    ]);
    return { latencyMs: clock.monotonic() - begun, counts, position };
  };
  return new Promise((resolve) => {
    const late = clock.after(PATIENCE_MS, () => resolve(AWAY));
    // Why it does not answer is told to those whose calls it rejects; here it is the answer.
    void look()
      .catch(() => AWAY)
      .then((sight) => {
        late.cancel();
        resolve(sight);
      });
  });
}

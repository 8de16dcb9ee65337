import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';

/** How long after a child's end its pipes are read on, where a descendant holds them open. */
const DRAIN_MS = 1_000;

/**
 * To be called when a child has ended: resolves when its pipes are `closed`, or if that takes longer than a second. What was
 * in them by then has been read.
 */
export async function drained(closed: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  const late = delay(DRAIN_MS, undefined, { ref: false, signal: waiting.signal })
    // Where this process was held up timers come first, and what came in time waits in the pipe: it is read before this.
    .then(() => turn())
    .catch(() => {});
  await Promise.race([closed, late]);
  waiting.abort();
}

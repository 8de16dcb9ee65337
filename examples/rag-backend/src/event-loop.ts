import { setImmediate } from 'node:timers/promises';

/** Well under the 50 ms after which a server's other requests notice. */
const SLICE_MS = 12;

/**
 * Returns a function to call between pieces of work: it gives the event loop a turn once a slice of
 * time is used up, and throws the reason when the work was aborted meanwhile.
 *
 * Work that shares a process with a server must do this: a loop that only awaits promises that are
 * ready never lets a request in.
 */
export function timeSlices(signal?: AbortSignal): () => Promise<void> {
  let sliceEnd = performance.now() + SLICE_MS;
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() < sliceEnd) return;
    await setImmediate();
    signal?.throwIfAborted();
    sliceEnd = performance.now() + SLICE_MS;
  };
}

import { setImmediate as turn } from 'node:timers/promises';

/** How long some work took, and for how long of that nothing else got its turn. */
export interface Turns {
  readonly wholeMs: number;
  readonly longestTurnMs: number;
}

/** Does `work`, and takes a turn of the event loop whenever there is one meanwhile. */
export async function watchTurns(work: () => Promise<unknown>): Promise<Turns> {
  const startedAt = performance.now();
  let isDone = false;
  let longestTurnMs = 0;
  let before = startedAt;
  const look = (): void => {
    const now = performance.now();
    longestTurnMs = Math.max(longestTurnMs, now - before);
    before = now;
  };
  // Its first turn begins here, before it gives anything back.
  const working = work().finally(() => {
    isDone = true;
    look();
  });
  while (!isDone) {
    await turn();
    look();
  }
  await working;
  return { wholeMs: performance.now() - startedAt, longestTurnMs };
}

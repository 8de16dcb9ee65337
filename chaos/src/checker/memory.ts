import type { History, ProcessHistory, Violation } from './history.js';

/**
 * So much more than at its beginning a process may have in memory when its work is done. Twice what was seen, most of which is
 * V8's young generation: it grows to 48 MiB, and Node 20 gives little of that back.
 */
const MOST_GROWTH_BYTES = 128 * 2 ** 20;

/** A process that has done its work holds on to nothing of it. */
export function checkMemory({ processes }: Pick<History, 'processes'>): readonly Violation[] {
  return processes.flatMap((process) => checkGrowth(process.name, growthOf(process) ?? 0));
}

export function checkGrowth(name: string, bytes: number): readonly Violation[] {
  if (bytes <= MOST_GROWTH_BYTES) return [];
  return [{ invariant: 'I11', what: `${name} has grown by ${Math.round(bytes / 2 ** 20)} MiB` }];
}

/** From when it had opened its monitor until its work was done; `null` if it did not live to see that. */
export function growthOf({ entries }: Pick<ProcessHistory, 'entries'>): number | null {
  const [before, after] = entries.filter((entry) => entry.kind === 'memory');
  return before && after ? after.residentBytes - before.residentBytes : null;
}

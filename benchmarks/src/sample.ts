/** What some work took. Wall time is what a caller waits; CPU time tells the same on a machine that others use, too. */
export interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export async function sample(work: () => Promise<void>): Promise<Sample> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallMs, cpuMs: (user + system) / 1_000 };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Garbage of what was measured before must not be charged to what is measured next. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined)
    throw new Error('Run it with `npm run bench`, or with node --expose-gc.');
  globalThis.gc();
}

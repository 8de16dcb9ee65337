import { setTimeout as pause } from 'node:timers/promises';
import type { RunContext, TaskMonitor } from '@task-monitor/core';
import type { Chance } from './chance.js';

/** What work needs that is driven by hand. */
export type Reporting = Pick<RunContext, 'progress' | 'log' | 'signal'>;

interface Counted {
  /** Where it stops, if not at the end. */
  readonly to?: number;
  readonly of: number;
  readonly unit: string;
}

/** Counts in about `takesMs`, faster and slower as it goes. */
export async function counted(
  { progress, signal }: Pick<Reporting, 'progress' | 'signal'>,
  takesMs: number,
  { of: total, to = total, unit }: Counted,
  each: (done: number) => Promise<void> | undefined = () => undefined,
): Promise<void> {
  const reports = Math.max(Math.min(to, Math.round(takesMs / 150)), 1);
  let told = 0;
  for (let report = 1; report <= reports; report++) {
    await pause((takesMs / reports) * (0.7 + 0.6 * Math.abs(Math.sin(report))), undefined, {
      signal,
    });
    const current = Math.round((to * report) / reports);
    await progress({ current, total, unit });
    while (told < current) await each(++told);
  }
}

/** A task with a child for each part, all at once, so that its percentage is theirs; it fails where one of them did. */
export async function batchOf(
  monitor: TaskMonitor,
  { task, signal, log }: RunContext,
  takesMs: number,
  chance: Chance,
): Promise<{ readonly volumes: number }> {
  const volumes = chance.whole(4, 7);
  const torn = chance.isOneIn(3) ? chance.whole(2, volumes) : null;
  let failed = 0;
  const one = async (volume: number): Promise<void> => {
    const name = `Volume ${volume}: ${task.name}`;
    const pages = chance.whole(40, 300);
    const run = await monitor.run({ type: 'import.volume', name }, async (context) => {
      const ms = takesMs * (0.4 + 0.6 * (pages / 300));
      const to = volume === torn ? Math.round(pages / 3) : pages;
      await counted(context, (ms * to) / pages, { to, of: pages, unit: 'pages' });
      if (to < pages) throw new Error(`Page ${to} is torn out`);
    });
    const { status } = await run.recorded;
    await log(`volume ${volume}: ${status}`);
    if (status === 'failed') failed++;
  };
  await Promise.all(Array.from({ length: volumes }, (_, index) => one(index + 1)));
  signal.throwIfAborted();
  if (failed > 0) throw new Error(`${failed} of ${volumes} volumes could not be imported`);
  return { volumes };
}

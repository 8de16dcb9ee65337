import { setTimeout as pause } from 'node:timers/promises';
import type { RunContext, TaskMonitor } from '@task-monitor/core';
import { Chance } from './chance.js';
import { drawKind, type Kind } from './demo-kinds.js';

export interface DemoLoadOptions {
  readonly monitor: TaskMonitor;
  /** Begins nothing more after it fired; what runs by then is told to stop by the monitor's `close`. */
  readonly signal: AbortSignal;
  /** Told of what kept it from beginning a task; it goes on with the next. */
  readonly onError: (error: unknown) => void;
  /** Default 1; 2 is twice as fast. */
  readonly speed?: number;
  /** Default 7. */
  readonly seed?: number;
}

/** The first tasks come at once, so that there is something to see. */
const FIRST = 6;

/** Keeps a believable stream of made-up work going, of all outcomes, until the signal fires. */
export async function runDemoLoad(options: DemoLoadOptions): Promise<void> {
  const { monitor, signal, onError, speed = 1, seed = 7 } = options;
  const chance = new Chance(seed);
  for (let number = 1; !signal.aborted; number++) {
    // Each has its own, so that which of two moves first changes nothing.
    await begin(monitor, new Chance(chance.whole(1, 2 ** 31)), speed).catch((error: unknown) => {
      // The monitor may have been closed a moment before it was told.
      if (!signal.aborted) onError(error);
    });
    const restMs = (number < FIRST ? 150 : 1_400) * (0.4 + chance.next());
    try {
      await pause(restMs / speed, undefined, { signal });
    } catch {
      // It is over.
      return;
    }
  }
}

async function begin(monitor: TaskMonitor, chance: Chance, speed: number): Promise<void> {
  const kind = drawKind(chance);
  // Most take about what is usual, a few much longer: as work does.
  const takesMs = (kind.usualMs * Math.exp((chance.next() + chance.next() - 1) * 0.9)) / speed;
  const fails = chance.isOneIn(kind.failsOneIn);
  const isCancelled = !fails && chance.isOneIn(16);
  const endsAfterMs = takesMs * (0.2 + 0.6 * chance.next());
  const run = await monitor.run(
    {
      type: kind.type,
      name: kind.name(chance),
      command: kind.command?.(chance) ?? [],
      ...(kind.steps && { steps: kind.steps }),
      tags: [`tenant:${chance.oneOf(['acme', 'globex', 'initech', 'umbrella'])}`],
      metadata: { document: `doc-${chance.whole(1_000, 9_999)}`, bytes: chance.whole(9e4, 4e8) },
      // Not in line behind the real work of this back end.
      underWay: true,
    },
    (context) =>
      fails
        ? failing(kind, context, { takesMs, endsAfterMs, chance })
        : kind.work(context, takesMs, chance),
  );
  if (isCancelled)
    void pause(endsAfterMs, undefined, { ref: false })
      .then(() =>
        monitor.cancel(run.task.id, { reason: 'A newer version was uploaded', by: 'ada' }),
      )
      // It was over before, or the monitor is closed.
      .catch(() => undefined);
}

/** The work up to a moment, and then one of the errors that its kind knows. */
async function failing(
  kind: Kind,
  context: RunContext,
  { takesMs, endsAfterMs, chance }: { takesMs: number; endsAfterMs: number; chance: Chance },
): Promise<never> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const work = kind.work({ ...context, signal }, takesMs, chance);
  await Promise.race([work, pause(endsAfterMs, undefined, { signal: context.signal })]);
  stop.abort();
  await work.catch(() => undefined);
  context.signal.throwIfAborted();
  throw chance.oneOf(kind.failures)(chance);
}

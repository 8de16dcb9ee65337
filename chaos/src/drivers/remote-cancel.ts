import type { Driver } from './driver.js';
import { withTrial } from './with-trial.js';

/** Nothing is promised beyond the next renewal of a lease, even if no word of it comes through: more only where asked for. */
const WITHIN_MS = 5_000;

export const remoteCancel: Driver = {
  name: 'remote-cancel',
  what: 'cancels functions that another process runs, one after the other, and takes the time',
  stores: ['sqlite', 'postgres'],
  defaults: { rounds: 100, tasks: 0, seconds: 0, afterSeconds: 0 },
  run: (options) =>
    withTrial(options, async (trial, tally) => {
      const { rounds, deadWithinMs } = options;
      const withinMs = Math.max(WITHIN_MS, deadWithinMs);
      // Every fourth is a function.
      const holder = trial.spawn('holder', { mode: 'hold', tasks: rounds * 4 });
      await holder.said('holding');
      const times: number[] = [];
      const { observer } = trial;
      for (let round = 1; round <= rounds; round++) {
        const id = `holder-${round * 4}`;
        const askedAt = performance.now();
        await observer.monitor.cancel(id, { reason: 'no longer wanted' });
        const task = await observer.monitor.waitFor(id);
        const took = performance.now() - askedAt;
        times.push(took);
        const { cancel } = task.execution;
        const isObeyed = task.status === 'cancelled' && cancel?.acknowledgedAt !== null;
        tally.expect(isObeyed && !cancel?.forced, `${id} is ${task.status}, and did not stop`);
        tally.expect(took <= withinMs, `${id} was told only after ${Math.round(took)} ms`);
      }
      times.sort((a, b) => a - b);
      tally.most('cancelMsMedian', times[times.length >> 1] ?? 0);
      tally.most('cancelMsMax', times[times.length - 1] ?? 0);
      tally.add('over1s', times.filter((ms) => ms > 1_000).length);
      holder.tell('finish');
      await holder.exited;
      tally.violated((await trial.check()).violations, 'remote-cancel');
    }),
};

import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver } from './driver.js';
import { withTrial } from './with-trial.js';

/** What is promised of a process whose machine cannot be asked whether it lives. */
const WITHIN_MS = 45_000;

export const lostMachine: Driver = {
  name: 'lost-machine',
  what: 'kills a process that nobody can look for, as if its machine was gone: its lease has to run out',
  stores: ['sqlite', 'postgres'],
  defaults: { rounds: 1, tasks: 100, seconds: 0, afterSeconds: 0 },
  run: (options) =>
    withTrial({ ...options, deadWithinMs: WITHIN_MS }, async (trial, tally) => {
      const { rounds, tasks, say } = options;
      for (let round = 1; round <= rounds; round++) {
        const name = `h${round}`;
        const holder = trial.spawn(name, { mode: 'hold', tasks }, { where: 'elsewhere' });
        await holder.said('holding');
        await sleep(trial.chance.below(5_000));
        await holder.kill();
        const killedAt = Date.now();
        const { observer } = trial;
        const ends = (): number =>
          observer.changes.filter(
            ({ change }) =>
              change.type === 'task.failed' &&
              change.task.error?.code === 'ORPHANED' &&
              change.task.type === name,
          ).length;
        const isInTime = await observer.until(() => ends() === tasks, WITHIN_MS);
        tally.most('endedAfterMsMax', Date.now() - killedAt);
        tally.expect(isInTime, `round ${round}: ${ends()} of ${tasks} ended in time`);
        tally.add('orphaned', ends());
        tally.violated((await trial.check()).violations, `round ${round}`);
        say(`${round} rounds, ${tally.broken} violations`);
      }
    }),
};

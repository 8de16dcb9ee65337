import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver } from './driver.js';
import { withTrial } from './with-trial.js';

/** A pause up to this orphans nobody; one beyond the other does. Between them it depends on the moment. */
const HARMLESS_S = 20;
const DEADLY_S = 50;

export const pause: Driver = {
  name: 'pause',
  what: 'stops a process (SIGSTOP) for --seconds: up to 20 orphan nothing, from 50 on all, once',
  stores: ['sqlite', 'postgres'],
  defaults: { rounds: 1, tasks: 100, seconds: 20, afterSeconds: 25 },
  run: (options) =>
    withTrial(options, async (trial, tally) => {
      const { store, rounds, seconds, afterSeconds, tasks, say } = options;
      const isDeadly = seconds >= DEADLY_S;
      if (!isDeadly && seconds > HARMLESS_S)
        throw new Error(`A pause of ${seconds} s may or may not orphan. Give ≤ 20 or ≥ 50.`);
      for (let round = 1; round <= rounds; round++) {
        const name = `h${round}`;
        const holder = trial.spawn(name, { mode: 'hold', tasks }, { wasAway: isDeadly });
        await holder.said('holding');
        // Not always at the same point between two renewals.
        await sleep(trial.chance.below(5_000));
        holder.signal('SIGSTOP');
        await sleep(seconds * 1_000);
        holder.signal('SIGCONT');
        // Time for others to judge it by, and for itself to learn of it.
        await sleep(afterSeconds * 1_000);
        holder.tell('finish');
        await holder.exited;
        const { violations, sight } = await trial.check();
        tally.violated(violations, `round ${round}`);
        const ours = sight.tasks.filter(({ id }) => id.startsWith(`${name}-`));
        const orphaned = ours.filter(({ error }) => error?.code === 'ORPHANED');
        const late = orphaned.filter(({ execution }) => execution.lateOutcome !== null);
        tally.add('tasks', ours.length);
        tally.add('orphaned', orphaned.length);
        tally.add('lateOutcomes', late.length);
        // One that was stopped in the middle of a write to a file lets nobody else write, or judge it.
        const isSpared = store === 'sqlite' && orphaned.length === 0;
        const expected = isDeadly && !isSpared ? ours.length : 0;
        tally.expect(
          orphaned.length === expected,
          `round ${round}: ${orphaned.length} of ${ours.length} orphaned, not ${expected}`,
        );
        const byHand = orphaned.filter(({ execution }) => execution.driver === 'caller');
        tally.expect(
          byHand.every(({ execution }) => execution.lateOutcome?.status === 'completed'),
          `round ${round}: a late outcome was not noted`,
        );
        say(`${round} rounds, ${tally.broken} violations`);
      }
    }),
};

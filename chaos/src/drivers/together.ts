import type { Driver } from './driver.js';
import { withTrial } from './with-trial.js';

/** Who writes on one database, watched by one more process. */
const PROCESSES = 4;

export const together: Driver = {
  name: 'together',
  what: 'four processes live on one database and end the tasks of each other; a fifth watches',
  stores: ['sqlite', 'postgres'],
  defaults: { rounds: 1, tasks: 2_000, seconds: 0, afterSeconds: 0 },
  run: (options) =>
    withTrial(options, async (trial, tally) => {
      const workers = Array.from({ length: PROCESSES }, (_, index) =>
        trial.spawn(`p${index + 1}`, {
          mode: 'random',
          tasks: Math.ceil(options.tasks / PROCESSES),
          lanes: 10,
          meddles: true,
        }),
      );
      await Promise.all(workers.map((worker) => worker.exited));
      const { violations, sight } = await trial.check();
      tally.violated(violations, 'together');
      tally.expect(!sight.reset, 'the watcher was told `reset`');
      tally.add('tasks', sight.tasks.length);
      tally.add('changes', sight.changes.length);
    }),
};

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver } from './driver.js';
import { withServer } from './with-trial.js';

const MOST_EXTRA_MB = 50;

export const outage: Driver = {
  name: 'outage',
  what: 'stops the server for --seconds while --tasks go on, and takes the memory of their processes',
  stores: ['postgres'],
  defaults: { rounds: 1, tasks: 1_000, seconds: 600, afterSeconds: 60 },
  run: (options) =>
    withServer(options, async (trial, tally, { server }) => {
      const { seconds, afterSeconds, tasks, say } = options;
      const workers = ['p', 'q'].map((name) =>
        trial.spawn(name, { mode: 'hold', tasks: Math.ceil(tasks / 2) }),
      );
      await Promise.all(workers.map((worker) => worker.said('holding')));
      await sleep(5_000);
      const before = workers.map(({ pid }) => megabytesOf(pid));
      const look = (): void =>
        workers.forEach(({ pid }, index) =>
          tally.most('extraMegabytesMax', megabytesOf(pid) - (before[index] ?? 0)),
        );
      await server.stop('fast');
      for (const until = Date.now() + seconds * 1_000; Date.now() < until; look())
        await sleep(Math.min(1_000, until - Date.now()));
      await server.start();
      say('the server is back');
      const { observer } = trial;
      // The default is until every lease that could be judged by then has been: the grace that owners get, and two searches.
      for (const until = Date.now() + afterSeconds * 1_000; Date.now() < until; look())
        await sleep(1_000);
      for (const worker of workers) worker.tell('finish');
      await Promise.all(workers.map((worker) => worker.exited));
      const { violations, sight } = await trial.check();
      tally.violated(violations, 'outage');
      const orphaned = sight.tasks.filter(({ error }) => error?.code === 'ORPHANED').length;
      const completed = await observer.monitor.count('completed');
      tally.add('tasks', sight.tasks.length);
      tally.add('completed', completed);
      tally.add('orphaned', orphaned);
      tally.expect(orphaned === 0, `${orphaned} were called orphaned`);
      tally.expect(completed === sight.tasks.length, `only ${completed} completed`);
      const extra = tally.outcome().figures['extraMegabytesMax'] ?? 0;
      tally.expect(extra <= MOST_EXTRA_MB, `a process grew by ${extra} MB`);
    }),
};

/** What of it is in memory. */
function megabytesOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

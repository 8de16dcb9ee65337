import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver } from './driver.js';
import { withServer } from './with-trial.js';

const TERMINATE =
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";

export const reconnect: Driver = {
  name: 'reconnect',
  what: 'ends every connection to the server (pg_terminate_backend) once a second',
  stores: ['postgres'],
  defaults: { rounds: 60, tasks: 0, seconds: 0, afterSeconds: 0 },
  run: (options) =>
    withServer(options, async (trial, tally, { server }) => {
      const workers = ['p', 'q', 'r'].map((name) =>
        trial.spawn(name, { mode: 'random', tasks: 1_000_000, lanes: 5, meddles: true }),
      );
      await Promise.all(workers.map((worker) => worker.said('opened')));
      for (let round = 1; round <= options.rounds; round++) {
        await sleep(1_000);
        const { rowCount } = await server.query(TERMINATE);
        tally.add('terminated', rowCount ?? 0);
        if (round % 10 === 0) options.say(`${round} rounds`);
      }
      for (const worker of workers) worker.tell('finish');
      await Promise.all(workers.map((worker) => worker.exited));
      const { violations, sight } = await trial.check();
      tally.violated(violations, 'reconnect');
      tally.add('tasks', sight.tasks.length);
      tally.add('changes', sight.changes.length);
    }),
};

import { setTimeout as sleep } from 'node:timers/promises';
import { TcpProxy } from '../../../packages/store-postgres/test/tcp-proxy.js';
import type { Driver } from './driver.js';
import { withServer } from './with-trial.js';

export const cutAfterCommit: Driver = {
  name: 'cut-after-commit',
  what: 'cuts the connection when a write is committed and its answer on the way, --rounds times',
  stores: ['postgres'],
  defaults: { rounds: 1_000, tasks: 0, seconds: 0, afterSeconds: 0 },
  run: (options) =>
    withServer(options, async (trial, tally, { server }) => {
      const proxy = await TcpProxy.to(server.port);
      try {
        const database = new URL(trial.target).pathname.slice(1);
        const target = server.connectionString(database, proxy.port);
        const worker = trial.spawn('p', { target, mode: 'random', tasks: 1_000_000, lanes: 5 });
        await worker.said('opened');
        for (let round = 1; round <= options.rounds; round++) {
          proxy.cutAnswerTo('apply_changes', 1 + trial.chance.below(4));
          while (proxy.answersCut < round && worker.exit === null) await sleep(1);
          if (round % 100 === 0) options.say(`${round} rounds`);
        }
        worker.tell('finish');
        await worker.exited;
        const { violations, sight } = await trial.check();
        tally.violated(violations, 'cut-after-commit');
        tally.add('cuts', proxy.answersCut);
        tally.add('tasks', sight.tasks.length);
        const unknown = worker.journal().filter(({ kind }) => kind === 'info').length;
        tally.add('unknown', unknown);
      } finally {
        await proxy.close();
      }
    }),
};

import { openBackend } from '../backend.js';
import { WorkerProcess } from '../worker-process.js';
import { join } from 'node:path';
import type { Driver } from './driver.js';
import { Tally } from './tally.js';

const PROCESSES = 20;

export const firstOpen: Driver = {
  name: 'first-open',
  what: 'twenty processes open a database at once in which there is nothing yet',
  stores: ['sqlite', 'postgres'],
  defaults: { rounds: 50, tasks: 0, seconds: 0, afterSeconds: 0 },
  run: async ({ store, rounds, say }) => {
    const tally = new Tally(say);
    const backend = await openBackend(store);
    try {
      for (let round = 1; round <= rounds; round++) {
        const target = await backend.createDatabase();
        const startedAt = Date.now();
        const workers = Array.from(
          { length: PROCESSES },
          (_, index) =>
            new WorkerProcess({
              target,
              name: `o${index + 1}`,
              journal: join(backend.folder, `${round}-${index + 1}.jsonl`),
              seed: index,
              tasks: 0,
              lanes: 0,
              mode: 'open',
              meddles: false,
              faultPercent: 0,
            }),
        );
        await Promise.allSettled(workers.map((worker) => worker.said('opened')));
        tally.most('allOpenMsMax', Date.now() - startedAt);
        for (const worker of workers) worker.tell('finish');
        for (const worker of workers) {
          const { code } = await worker.exited;
          tally.add('opened', code === 0 ? 1 : 0);
          tally.expect(code === 0 && worker.errors === '', `round ${round}: ${worker.errors}`);
        }
        const integrity = await backend.integrityOf(target);
        tally.expect(integrity === 'ok', `round ${round}: the engine finds ${integrity}`);
        if (round % 10 === 0) say(`${round} rounds, ${tally.broken} violations`);
      }
    } finally {
      await backend.dispose();
    }
    return tally.outcome();
  },
};

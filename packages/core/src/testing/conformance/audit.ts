import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { RandomWriter } from '../random-writer.js';
import { describe, expect, it } from '../runner.js';
import { SeededRandom } from '../seeded-random.js';
import type { TaskCounts, TaskStore } from '../../store.js';
import { Writer } from '../writer.js';

const NONE: TaskCounts = { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };

export function describeAudit(open: OpenTaskStore): void {
  describe('audit', () => {
    const opened = eachWithItsOwn(open);

    it('finds nothing where there is nothing', async () => {
      const { store } = opened();
      expect(await store.audit()).toEqual({ counted: NONE, recounted: NONE });
    });

    it('tells the counters and what a look at every task comes to', async () => {
      const { store, another } = opened();
      const writer = new Writer(store);
      await writer.create();
      for (let made = 0; made < 2; made++) await writer.createRunning({ type: 'ingest' });
      for (let made = 0; made < 3; made++) await writer.createIn('completed', { tags: ['a', 'b'] });
      for (let made = 0; made < 4; made++) await writer.createIn('failed');
      for (let made = 0; made < 5; made++) await writer.createIn('cancelled');
      const counts = { pending: 1, running: 2, completed: 3, failed: 4, cancelled: 5 };
      for (const instance of [store, await another()])
        expect(await instance.audit()).toEqual({ counted: counts, recounted: counts });
      await writer.prune({ keepFinished: 2 });
      const { counted, recounted } = await store.audit();
      expect(recounted).toEqual(counted);
      expect(sum(recounted)).toBe(5);
    });

    it('is of one moment, whoever writes meanwhile', async () => {
      const { store, another } = opened();
      const stores: readonly TaskStore[] = [store, await another()];
      const auditing = { over: false };
      const audits = (async () => {
        const found = [];
        do {
          found.push(await (stores[found.length % 2] ?? store).audit());
          // A store that answers at once must not keep the writers from their turn.
          await new Promise((resolve) => setImmediate(resolve));
        } while (!auditing.over);
        return found;
      })();
      await Promise.all(
        Array.from({ length: 10 }, async (_, index) => {
          const writer = new RandomWriter(
            stores[index % 2] ?? store,
            new SeededRandom(index),
            `racer-${index}`,
          );
          for (let writes = 0; writes < 20; writes++) await writer.write();
        }),
      );
      auditing.over = true;
      for (const { counted, recounted } of await audits) expect(recounted).toEqual(counted);
      const { counted } = await store.audit();
      expect(counted).toEqual(await store.counts({}));
    });
  });
}

function sum(counts: TaskCounts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

import { aFailure, anOwner } from '../builders.js';
import { LeaseSearch } from '../lease-search.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { matches, type TaskFilter } from '../../query.js';
import { allFilters, RandomWriter } from '../random-writer.js';
import { describe, expect, it } from '../runner.js';
import { SeededRandom } from '../seeded-random.js';
import { allTasks } from '../snapshot.js';
import type { TaskCounts, TaskStore } from '../../store.js';
import type { Task, TaskStatus } from '../../task.js';
import { Writer } from '../writer.js';

const NONE: TaskCounts = { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };

export function describeCounts(open: OpenTaskStore): void {
  describe('counts', () => {
    const opened = eachWithItsOwn(open);

    it('are all 0 at first, with any filter', async () => {
      const { store } = opened();
      for (const filter of allFilters()) expect(await store.counts(filter)).toEqual(NONE);
    });

    it('follow every kind of write', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const expectCounts = async (counts: Partial<TaskCounts>): Promise<void> => {
        expect(await store.counts({})).toEqual({ ...NONE, ...counts });
      };
      for (let made = 0; made < 5; made++) await writer.create();
      await expectCounts({ pending: 5 });
      for (const id of ['task-1', 'task-2', 'task-3']) await writer.start(id);
      await expectCounts({ pending: 2, running: 3 });
      await writer.progress('task-1', { percent: 5 });
      await writer.log('task-1', 'line');
      await writer.requestCancel('task-1');
      await expectCounts({ pending: 2, running: 3 });
      await writer.end('task-1', { status: 'completed' });
      await writer.end('task-4', { status: 'cancelled' });
      await expectCounts({ pending: 1, running: 2, completed: 1, cancelled: 1 });
      await new LeaseSearch(store).search({ dead: ['owner-1'], expired: false });
      await expectCounts({ pending: 1, completed: 1, failed: 2, cancelled: 1 });
      await writer.remove('task-1');
      await expectCounts({ pending: 1, failed: 2, cancelled: 1 });
      await writer.prune({ keepFinished: 1 });
      expect(sum(await store.counts({}))).toBe(2);
    });

    it('are not changed by what is not applied', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      await writer.tryTransition('task-1', ['pending'], { status: 'failed', error: aFailure() });
      await writer.tryTransition('task-2', ['pending'], { status: 'running', owner: anOwner() });
      await writer.tryCreate({ id: 'task-1' });
      await writer.tryRemove('task-1');
      expect(await store.counts({})).toEqual({ ...NONE, running: 1 });
    });

    for (const seed of [1, 2, 3]) {
      it(`are what a recount of the list gives after each of 200 random writes, seed ${seed}`, async () => {
        const { store } = opened();
        const writer = new RandomWriter(store, new SeededRandom(seed));
        for (let writes = 1; writes <= 200; writes++) {
          await writer.write();
          const tasks = await allTasks(store);
          const counts = await store.counts({});
          expect(counts).toEqual(recount(tasks, {}));
          expect(sum(counts)).toBe(tasks.length);
          if (writes % 50 > 0) continue;
          for (const filter of allFilters()) {
            expect({ filter, counts: await store.counts(filter) }).toEqual({
              filter,
              counts: recount(tasks, filter),
            });
          }
        }
      });
    }

    it('are right after 50 writers wrote at once on two instances', async () => {
      const { store, another } = opened();
      const stores: readonly TaskStore[] = [store, await another()];
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const writer = new RandomWriter(
            stores[index % 2] ?? store,
            new SeededRandom(index),
            `racer-${index}`,
          );
          for (let writes = 0; writes < 20; writes++) await writer.write();
        }),
      );
      const tasks = await allTasks(store);
      for (const filter of allFilters()) {
        expect({ filter, counts: await store.counts(filter) }).toEqual({
          filter,
          counts: recount(tasks, filter),
        });
      }
      expect(await (stores[1] ?? store).counts({})).toEqual(await store.counts({}));
    });
  });
}

function recount(tasks: readonly Task[], filter: TaskFilter): TaskCounts {
  const counts: Record<TaskStatus, number> = { ...NONE };
  for (const task of tasks) if (matches(task, filter)) counts[task.status]++;
  return counts;
}

function sum(counts: TaskCounts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

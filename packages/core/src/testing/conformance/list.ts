import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import { matches } from '../../query.js';
import { allFilters, RandomWriter } from '../random-writer.js';
import { describe, expect, it } from '../runner.js';
import { SeededRandom } from '../seeded-random.js';
import { allTasks } from '../snapshot.js';
import type { ListRequest, TaskStore } from '../../store.js';
import type { Task } from '../../task.js';
import { Writer } from '../writer.js';

export function describeList(open: OpenTaskStore): void {
  describe('list', () => {
    const opened = eachWithItsOwn(open);

    it('is empty at first', async () => {
      const { store } = opened();
      for (const order of ['newest', 'oldest'] as const) {
        expect(await store.list({ filter: {}, order, after: null, limit: 10 })).toEqual({
          tasks: [],
          more: false,
        });
      }
    });

    it('is in order of creation, from either end', async () => {
      const { store } = opened();
      await sevenTasks(store);
      expect(await numbersOf(store, { order: 'oldest' })).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(await numbersOf(store, { order: 'newest' })).toEqual([7, 6, 5, 4, 3, 2, 1]);
    });

    it('keeps that order whatever happens to the tasks', async () => {
      const { store } = opened();
      const writer = await sevenTasks(store);
      for (const id of ['task-6', 'task-2', 'task-4']) await writer.start(id);
      await writer.end('task-6');
      await writer.end('task-1');
      expect(await numbersOf(store, { order: 'newest' })).toEqual([7, 6, 5, 4, 3, 2, 1]);
      expect(await numbersOf(store, { filter: { statuses: ['completed', 'running'] } })).toEqual([
        6, 4, 2, 1,
      ]);
      expect(
        await numbersOf(store, { filter: { statuses: ['running', 'pending'] }, order: 'oldest' }),
      ).toEqual([2, 3, 4, 5, 7]);
    });

    it('answers with the tasks as they stand', async () => {
      const { store } = opened();
      const writer = await sevenTasks(store);
      const ended = await writer.end('task-3', { result: { segments: 80 } });
      const { tasks } = await store.list({ filter: {}, order: 'oldest', after: 2, limit: 1 });
      expect(tasks).toEqual([ended]);
    });

    it('says whether more tasks follow', async () => {
      const { store } = opened();
      await sevenTasks(store);
      for (const order of ['newest', 'oldest'] as const) {
        const page = (limit: number) => store.list({ filter: {}, order, after: null, limit });
        expect(await page(6)).toMatchObject({ more: true });
        expect(await page(7)).toMatchObject({ more: false });
        expect(await page(1_000)).toMatchObject({ more: false });
      }
      const pending = {
        filter: { statuses: ['pending'] },
        order: 'oldest',
        after: 6,
        limit: 1,
      } as const;
      expect(await store.list(pending)).toMatchObject({ more: false });
    });

    it('goes on beyond any number, also one that is not there', async () => {
      const { store } = opened();
      const writer = await sevenTasks(store);
      await writer.end('task-4');
      await writer.remove('task-4');
      expect(await numbersOf(store, { order: 'newest', after: 4 })).toEqual([3, 2, 1]);
      expect(await numbersOf(store, { order: 'oldest', after: 4 })).toEqual([5, 6, 7]);
      expect(await numbersOf(store, { order: 'newest', after: 1 })).toEqual([]);
      expect(await numbersOf(store, { order: 'oldest', after: 7 })).toEqual([]);
      expect(await numbersOf(store, { order: 'newest', after: 999_999_999_999_999 })).toEqual([
        7, 6, 5, 3, 2, 1,
      ]);
      expect(await numbersOf(store, { order: 'oldest', after: 0 })).toEqual([1, 2, 3, 5, 6, 7]);
      expect(await numbersOf(store, { order: 'newest', after: 0 })).toEqual([]);
    });

    it('agrees with `matches` for every filter, in both directions', async () => {
      const { store } = opened();
      const writer = new RandomWriter(store, new SeededRandom(11));
      for (let writes = 0; writes < 250; writes++) await writer.write();
      const tasks = await allTasks(store);
      for (const filter of allFilters()) {
        const expected = tasks.filter((task) => matches(task, filter));
        expect({ filter, tasks: await allTasks(store, filter) }).toEqual({
          filter,
          tasks: expected,
        });
        const newest = await numbersOf(store, { filter, order: 'newest', limit: 1_000 });
        expect({ filter, newest }).toEqual({
          filter,
          newest: expected.map((task) => task.number).reverse(),
        });
      }
    });

    it('takes a status that is named twice as once', async () => {
      const { store } = opened();
      await sevenTasks(store);
      expect(await numbersOf(store, { filter: { statuses: ['pending', 'pending'] } })).toHaveLength(
        7,
      );
    });

    for (const filter of [
      {},
      { type: 'ingest' },
      { statuses: ['pending', 'running'] as const, tag: 'nightly' },
    ]) {
      it(`is read page by page while tasks come and go: ${JSON.stringify(filter)}`, async () => {
        for (const order of ['newest', 'oldest'] as const) {
          const { store, dispose } = await open({});
          const writer = new Writer(store);
          const add = (): Promise<Task> =>
            writer.createRunning({ type: 'ingest', tags: ['nightly'] });
          for (let made = 0; made < 40; made++) await add();
          const lasting = (await allTasks(store))
            .filter((task) => task.number % 3 !== 0)
            .map((task) => task.number);
          const read: number[] = [];
          for (let after: number | null = null, more = true, removed = 0; more;) {
            const page = await store.list({ filter, order, after, limit: 7 });
            read.push(...page.tasks.map((task) => task.number));
            more = page.more && read.length < 200;
            after = read[read.length - 1] ?? null;
            // Before and behind the reader tasks go, and at the end some come.
            for (const number of [(removed += 3), 39 - removed]) {
              if (!(await store.get(`task-${number}`))) continue;
              await writer.end(`task-${number}`);
              await writer.remove(`task-${number}`);
            }
            if (read.length < 40) await add();
          }
          expect(new Set(read).size).toBe(read.length);
          expect(lasting.filter((number) => !read.includes(number))).toEqual([]);
          expect(read).toEqual([...read].sort((a, b) => (order === 'newest' ? b - a : a - b)));
          expect(read.some((number) => number > 40)).toBe(order === 'oldest');
          await dispose();
        }
      });
    }

    it('is the same on every instance', async () => {
      const { store, another } = opened();
      await sevenTasks(store);
      const request = {
        filter: { statuses: ['pending'] },
        order: 'newest',
        after: 5,
        limit: 2,
      } as const;
      expect(await (await another()).list(request)).toEqual(await store.list(request));
    });
  });
}

async function sevenTasks(store: TaskStore): Promise<Writer> {
  const writer = new Writer(store);
  for (let made = 0; made < 7; made++) await writer.create();
  return writer;
}

async function numbersOf(
  store: TaskStore,
  given: Partial<ListRequest>,
): Promise<readonly number[]> {
  const { tasks } = await store.list({
    filter: {},
    order: 'newest',
    after: null,
    limit: 100,
    ...given,
  });
  return tasks.map((task) => task.number);
}

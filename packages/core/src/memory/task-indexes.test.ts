import { matches, type TaskFilter } from '../query.js';
import type { TaskCounts } from '../store.js';
import { FINISHED_STATUSES, type Task } from '../task.js';
import { aParent } from '../testing/builders.js';
import { SeededRandom } from '../testing/seeded-random.js';
import { Writer } from '../testing/writer.js';
import { MemoryStore } from './memory-store.js';

const TYPES = ['ingest', 'embed', 'rare'];
const TAGS = ['nightly', 'gpu', 'rare'];
const PARENTS = ['batch-1', 'batch-2'];

/** Every way to ask for a type, a tag and a parent, with and without some statuses. */
const FILTERS: readonly TaskFilter[] = [undefined, ...TYPES, 'unknown'].flatMap((type) =>
  [undefined, ...TAGS].flatMap((tag) =>
    [undefined, ...PARENTS].flatMap((parentId) =>
      [undefined, ['running' as const], ['failed' as const, 'pending' as const]].map(
        (statuses) => ({
          ...(type !== undefined && { type }),
          ...(tag !== undefined && { tag }),
          ...(parentId !== undefined && { parentId }),
          ...(statuses !== undefined && { statuses }),
        }),
      ),
    ),
  ),
);

/** What is kept, as a plain list would have it. */
async function everything(store: MemoryStore): Promise<readonly Task[]> {
  const { tasks } = await store.list({ filter: {}, order: 'oldest', after: null, limit: 100_000 });
  return tasks;
}

function countsOf(tasks: readonly Task[]): TaskCounts {
  const counts = { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const { status } of tasks) counts[status]++;
  return counts;
}

async function expectToAgree(store: MemoryStore): Promise<void> {
  const tasks = await everything(store);
  for (const filter of FILTERS) {
    const found = tasks.filter((task) => matches(task, filter));
    const page = await store.list({ filter, order: 'oldest', after: null, limit: 100_000 });
    expect([filter, page.tasks.map(({ id }) => id)]).toEqual([filter, found.map(({ id }) => id)]);
    expect([filter, await store.counts(filter)]).toEqual([filter, countsOf(found)]);
  }
}

describe('the indexes of a MemoryStore', () => {
  it('agree with a plain list on any two or three attributes, while thousands come, change and go', async () => {
    const random = new SeededRandom(11);
    const store = new MemoryStore();
    const writer = new Writer(store);
    const active: string[] = [];
    const finished: string[] = [];
    const some = (items: readonly string[], most: number): readonly string[] =>
      items.filter((item) => random.chance(item === 'rare' ? 0.01 : most));
    const empty = store.bytes;
    for (let made = 1; made <= 4_500; made++) {
      const task = await writer.create({
        type: some(TYPES, 0.6)[0] ?? null,
        tags: some(TAGS, 0.7),
        parent: random.chance(0.6) ? aParent(random.of(PARENTS)) : null,
      });
      active.push(task.id);
      if (random.chance(0.7)) {
        const [id] = active.splice(random.below(active.length), 1) as [string];
        if ((await store.get(id))?.status === 'pending') await writer.start(id);
        await writer.end(id, { status: random.of(FINISHED_STATUSES) as 'failed' });
        finished.push(id);
      } else if ((await store.get(active[0] as string))?.status === 'pending') {
        await writer.start(active[0] as string);
      }
      if (random.chance(0.1) && finished.length > 0)
        await writer.remove(finished.splice(random.below(finished.length), 1)[0] as string);
      if (made === 900 || made === 2_000) await expectToAgree(store);
    }
    await expectToAgree(store);

    for (const id of active) {
      if ((await store.get(id))?.status === 'pending') await writer.start(id);
      await writer.end(id);
    }
    while ((await writer.prune({ completedBefore: Infinity, limit: 700 })).more)
      if (random.chance(0.2)) await expectToAgree(store);
    expect(await everything(store)).toEqual([]);
    expect(store.bytes).toBe(empty);
  });

  it('do not look at the tasks of one attribute for those that have two', async () => {
    const store = new MemoryStore();
    const writer = new Writer(store);
    for (let made = 1; made <= 5_000; made++) {
      const both = made % 1_000 === 0;
      await writer.create({
        type: both || made % 2 === 0 ? 'ingest' : null,
        tags: both || made % 2 === 1 ? ['nightly'] : [],
      });
    }
    let looks = 0;
    const tasks = await everything(store);
    const page = await store.list({
      filter: {
        type: 'ingest',
        get tag() {
          looks++;
          return 'nightly';
        },
      },
      order: 'newest',
      after: null,
      limit: 50,
    });
    expect(page.tasks.map(({ id }) => id)).toEqual([
      'task-5000',
      'task-4000',
      'task-3000',
      'task-2000',
      'task-1000',
    ]);
    expect(tasks).toHaveLength(5_000);
    // Twice for each that is found, and a few times to choose the list.
    expect(looks).toBeLessThan(20);
  });

  it('leave nothing of their pairs behind', async () => {
    const store = new MemoryStore({ maxBytes: 40_000_000 });
    const writer = new Writer(store);
    const given = { type: 'ingest', tags: ['nightly', 'gpu'], parent: aParent('batch-1') };
    const before = store.bytes;
    for (let round = 0; round < 3; round++) {
      const ids: string[] = [];
      for (let made = 0; made < 1_500; made++) ids.push((await writer.create(given)).id);
      const full = store.bytes - before;
      for (const id of ids) {
        await writer.start(id);
        await writer.end(id);
      }
      while ((await writer.prune({ completedBefore: Infinity, limit: 1_000 })).more);
      expect(full).toBeGreaterThan(1_500 * 500);
      expect(store.bytes).toBe(before);
    }
  });
});

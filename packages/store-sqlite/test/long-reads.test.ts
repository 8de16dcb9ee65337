import { SqliteStore } from '../src/index.js';
import { aTask, fill } from './fill.js';
import { temporaryFolder } from './temporary-folder.js';

describe('a read that goes through many tasks', () => {
  const at = temporaryFolder();
  const filter = { type: 'ingest', tag: 'nightly' };
  const page = { filter, order: 'oldest', after: null, limit: 1_000 } as const;

  it('sees one state, whoever writes between its steps', async () => {
    await fill(at('tasks.db'), 6_000);
    const store = await SqliteStore.open({ path: at('tasks.db'), synchronous: 'normal' });
    const reads = [store.counts(filter), store.counts(filter), store.list(page)] as const;
    const operation = { writer: 'monitor-1', sequence: 9_001 };
    await store.create({ task: aTask('later-1'), idempotencyKey: null, operation });
    const [counts, , { tasks, more }] = await Promise.all(reads);
    // Those that were asked for before the write see it or not, but wholly.
    expect([6_000, 6_001]).toContain(counts.pending);
    expect([tasks[0]?.id, tasks[999]?.id, more]).toEqual(['task-1', 'task-1000', true]);
    expect(await store.counts(filter)).toMatchObject({ pending: 6_001 });
    const newest = await store.list({ ...page, order: 'newest', limit: 2 });
    expect(newest.tasks.map(({ id }) => id)).toEqual(['later-1', 'task-6000']);
    await store.close();
  });

  it('ends when the store is closed', async () => {
    await fill(at('tasks.db'), 6_000);
    const store = await SqliteStore.open({ path: at('tasks.db') });
    const reads = [store.counts(filter), store.list(page)];
    const settled = Promise.allSettled(reads);
    await store.close();
    for (const answer of await settled)
      if (answer.status === 'rejected')
        expect(answer.reason).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.counts(filter)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

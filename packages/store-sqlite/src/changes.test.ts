import { aTask } from '../test/fill.js';
import { SqliteStore } from './index.js';
import { temporaryFolder } from '../test/temporary-folder.js';
import { onFile } from '../test/integrity.js';

describe('the changes that are kept', () => {
  const file = temporaryFolder();
  let sequence = 0;
  const operation = (): { writer: string; sequence: number } => ({
    writer: 'monitor-1',
    sequence: ++sequence,
  });

  it('are a few more than is asked for, whatever is written', async () => {
    const path = file('tasks.db');
    const store = await SqliteStore.open({ path, keptChanges: 100, synchronous: 'normal' });
    await running(store, 'task-1');
    for (let round = 0; round < 20; round++)
      await Promise.all(Array.from({ length: 100 }, () => say(store, 'task-1', 'embedding')));
    await store.close();
    expect(await rowsOf(path, 'changes')).toBeGreaterThanOrEqual(100);
    expect(await rowsOf(path, 'changes')).toBeLessThanOrEqual(1_000);
  });

  it('are fewer when they are large together', async () => {
    const path = file('tasks.db');
    const store = await SqliteStore.open({ path, synchronous: 'normal' });
    await running(store, 'task-1');
    const text = 'x'.repeat(60_000);
    for (let round = 0; round < 30; round++) {
      await Promise.all(
        Array.from({ length: 100 }, () =>
          store.appendOutput('task-1', {
            lines: [{ stream: 'stdout', text, at: 700 }],
            operation: operation(),
          }),
        ),
      );
    }
    await store.close();
    const [kept] = await onFile(path, (connection) =>
      connection.all<{ bytes: number; rows: number }>(
        'SELECT count(*) AS rows, sum(length(detail)) AS bytes FROM changes',
      ),
    );
    expect(kept?.rows).toBeGreaterThan(1_000);
    expect(kept?.bytes).toBeLessThan(100 * 1024 * 1024);
  });

  it('tell of a task that was removed, and take what is left of it with them', async () => {
    const path = file('tasks.db');
    const store = await SqliteStore.open({ path, keptChanges: 100, synchronous: 'normal' });
    const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
    const told = await running(store, 'task-1');
    await store.transition('task-1', {
      from: ['running'],
      owner: null,
      set: { status: 'completed', completedAt: 900 },
      operation: operation(),
    });
    await store.prune({
      completedBefore: 1_000,
      keepFinished: 0,
      filter: {},
      limit: 10,
      operation: operation(),
    });
    // Another instance: nothing of the task is in its memory.
    const other = await SqliteStore.open({ path, keptChanges: 100, synchronous: 'normal' });
    const { changes } = await other.changesAfter(position, { limit: 10, waitMs: 0 });
    expect(changes).toMatchObject([
      { type: 'task.registered' },
      { type: 'task.started', task: told },
      { type: 'task.completed', task: { metadata: { videos: ['a1', 'b2'] }, tags: ['nightly'] } },
      { type: 'task.removed', ids: ['task-1'] },
    ]);
    await running(store, 'task-2');
    for (let round = 0; round < 10; round++)
      await Promise.all(Array.from({ length: 100 }, () => say(store, 'task-2', 'embedding')));
    await other.close();
    await store.close();
    expect(await rowsOf(path, 'definitions')).toBe(1);
    expect(await rowsOf(path, 'removed_tasks')).toBe(0);
  });

  async function running(store: SqliteStore, id: string): Promise<unknown> {
    await store.create({ task: aTask(id), idempotencyKey: null, operation: operation() });
    const { task } = await store.transition(id, {
      from: ['pending'],
      owner: null,
      set: { status: 'running', startedAt: 600 },
      operation: operation(),
    });
    return task;
  }

  function say(store: SqliteStore, id: string, message: string): Promise<unknown> {
    return store.progress(id, {
      update: { message },
      at: 700,
      owner: null,
      operation: operation(),
    });
  }
});

function rowsOf(path: string, table: string): Promise<number> {
  return onFile(
    path,
    (connection) =>
      connection.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)?.count ?? -1,
  );
}

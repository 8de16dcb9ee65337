import type { WriteResult } from '@task-monitor/core';
import { SqliteStore } from '../src/index.js';
import { aTask, fill } from './fill.js';
import { temporaryFolder } from './temporary-folder.js';

describe('two stores on one file', () => {
  const file = temporaryFolder();

  it('each go on from what the other wrote', async () => {
    const path = file('tasks.db');
    await fill(path, 1);
    const [one, two] = [await SqliteStore.open({ path }), await SqliteStore.open({ path })];
    const start = { status: 'running', startedAt: 600 } as const;
    await one.transition('task-1', {
      from: ['pending'],
      owner: null,
      set: start,
      operation: { writer: 'monitor-1', sequence: 2 },
    });
    for (let round = 1; round <= 3; round++) {
      expect((await say(one, 'one', round, `one ${round}`)).task?.version).toBe(2 * round + 1);
      expect((await say(two, 'two', round, `two ${round}`)).task?.version).toBe(2 * round + 2);
      // Each knows what was sent through the other.
      expect((await say(one, 'two', round, 'again')).outcome).toBe('duplicate');
      expect((await say(two, 'one', round, 'again')).outcome).toBe('duplicate');
    }
    const set = { status: 'completed', completedAt: 900 } as const;
    const operation = { writer: 'two', sequence: 4 };
    await two.transition('task-1', { from: ['running'], owner: null, set, operation });
    const late = await say(one, 'one', 4, 'late');
    expect(late).toMatchObject({
      outcome: 'conflict',
      task: { status: 'completed', version: 9, progress: { message: 'two 3' } },
    });
    expect(await one.counts({ tag: 'nightly' })).toMatchObject({ running: 0, completed: 1 });
    const { position } = await one.changesAfter(null, { limit: 1, waitMs: 0 });
    expect(position).toMatch(/\.9$/);
    await Promise.all([one.close(), two.close()]);
  });

  it('each know that a task was removed, and another has its name', async () => {
    const path = file('tasks.db');
    await fill(path, 1);
    const [one, two] = [await SqliteStore.open({ path }), await SqliteStore.open({ path })];
    const cancelled = { status: 'cancelled', completedAt: 900 } as const;
    const again = { task: aTask('task-1', { type: 'digest' }), idempotencyKey: null };
    expect((await say(one, 'one', 1, 'too early')).outcome).toBe('conflict');
    await two.transition('task-1', {
      from: ['pending'],
      owner: null,
      set: cancelled,
      operation: { writer: 'two', sequence: 1 },
    });
    await two.remove('task-1', { writer: 'two', sequence: 2 });
    expect((await say(one, 'one', 2, 'gone')).outcome).toBe('missing');
    await two.create({ ...again, operation: { writer: 'two', sequence: 3 } });
    expect(await say(one, 'one', 3, 'too early')).toMatchObject({
      outcome: 'conflict',
      task: { number: 2, type: 'digest', status: 'pending', version: 1 },
    });
    await Promise.all([one.close(), two.close()]);
  });
});

function say(
  store: SqliteStore,
  writer: string,
  sequence: number,
  message: string,
): Promise<WriteResult> {
  return store.progress('task-1', {
    update: { message },
    at: 700,
    owner: null,
    operation: { writer, sequence },
  });
}

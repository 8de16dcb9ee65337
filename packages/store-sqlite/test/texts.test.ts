import { MemoryStore, type Task, TaskMonitor, type TaskStore } from '@task-monitor/core';
import { SqliteStore } from '../src/index.js';
import { temporaryFolder } from './temporary-folder.js';

/** What ends a text in C, and what UTF-8 cannot hold. */
const TEXT = 'a\u0000b \ud83d c \udc18 d';
const KEPT = 'a\ufffdb \ufffd c \ufffd d';

describe('a text that a database cannot hold', () => {
  const file = temporaryFolder();

  it('is kept in every field as the memory store keeps it, also in the file', async () => {
    const path = file('tasks.db');
    const store = await SqliteStore.open({ path });
    await writeEverywhere(store);
    const reopened = await SqliteStore.open({ path });
    expect(await textsOf(reopened)).toEqual(await textsOf(store));
    const memory = new MemoryStore();
    await writeEverywhere(memory);
    expect(await textsOf(store)).toEqual(await textsOf(memory));
    expect(await textsOf(store)).toMatchObject({ type: KEPT, found: ['task-1'], output: [KEPT] });
    await reopened.close();
    await store.close();
  });
});

async function writeEverywhere(store: TaskStore): Promise<void> {
  const monitor = new TaskMonitor({ store, closeStore: false });
  await monitor.register({
    id: 'task-1',
    type: TEXT,
    name: TEXT,
    command: [TEXT],
    metadata: { [TEXT]: TEXT },
    tags: [TEXT],
    idempotencyKey: TEXT,
  });
  await monitor.start('task-1');
  await monitor.progress('task-1', { message: TEXT, current: 1, unit: TEXT });
  await monitor.log('task-1', TEXT);
  await monitor.cancel('task-1', { reason: TEXT, by: TEXT });
  await monitor.register({ id: 'task-2' });
  await monitor.start('task-2');
  await monitor.fail('task-2', new Error(TEXT));
  await monitor.close();
}

async function textsOf(store: TaskStore): Promise<object> {
  const { type, name, command, metadata, tags, progress, execution } = (await store.get(
    'task-1',
  )) as Task;
  const { tasks } = await store.list({
    filter: { type: KEPT, tag: KEPT },
    order: 'newest',
    after: null,
    limit: 10,
  });
  return {
    type,
    name,
    command,
    metadata,
    tags,
    message: progress?.message,
    unit: progress?.unit,
    reason: execution.cancel?.reason,
    by: execution.cancel?.requestedBy,
    error: (await store.get('task-2'))?.error?.message,
    output: (await store.output('task-1', 0))?.lines.map(({ text }) => text),
    found: tasks.map(({ id }) => id),
  };
}

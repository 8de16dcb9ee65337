import type { NewTask } from '@task-monitor/core';
import { SqliteStore } from '../src/index.js';

/** Makes a store with so many tasks, `task-1` and on, in the file. */
export async function fill(path: string, tasks: number): Promise<void> {
  const store = await SqliteStore.open({ path, synchronous: 'normal' });
  await Promise.all(
    Array.from({ length: tasks }, (_, index) =>
      store.create({
        task: aTask(`task-${index + 1}`),
        idempotencyKey: null,
        operation: { writer: 'monitor-1', sequence: index + 1 },
      }),
    ),
  );
  await store.close();
}

export function aTask(id: string, given: Partial<NewTask> = {}): NewTask {
  return {
    id,
    type: 'ingest',
    name: null,
    command: ['python', '-m', 'worker'],
    metadata: { videos: ['a1', 'b2'] },
    tags: ['nightly'],
    createdAt: 500,
    parent: null,
    owner: null,
    driver: 'caller',
    ...given,
  };
}

import type { TaskFilter } from '../query.js';
import type { TaskCounts, TaskOutput, TaskStore } from '../store.js';
import type { Task } from '../task.js';
import { ChangeLog } from './change-log.js';
import { expect } from './runner.js';

/** All that a store answers of its tasks. */
export interface Snapshot {
  readonly tasks: readonly Task[];
  readonly outputs: readonly (TaskOutput | null)[];
  readonly counts: TaskCounts;
}

export async function snapshotOf(store: TaskStore): Promise<Snapshot> {
  const tasks = await allTasks(store);
  const outputs: (TaskOutput | null)[] = [];
  for (const { id } of tasks) outputs.push(await store.output(id, 0));
  return { tasks, outputs, counts: await store.counts({}) };
}

/** Every task that matches, oldest first, read page by page. */
export async function allTasks(
  store: TaskStore,
  filter: TaskFilter = {},
): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for (let after: number | null = null, more = true; more;) {
    const page = await store.list({ filter, order: 'oldest', after, limit: 100 });
    tasks.push(...page.tasks);
    after = tasks[tasks.length - 1]?.number ?? null;
    more = page.more;
  }
  return tasks;
}

/** Does `body`, and expects that the store is as it was before, and that nobody is told of a change. */
export async function expectNoWrite(store: TaskStore, body: () => Promise<void>): Promise<void> {
  const before = await snapshotOf(store);
  const log = await ChangeLog.open(store);
  await body();
  expect(await snapshotOf(store)).toEqual(before);
  expect(await log.lines()).toEqual([]);
}

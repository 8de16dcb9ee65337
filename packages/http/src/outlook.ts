import type { Change, Eta, Health, Task, TaskMonitor } from '@task-monitor/core';

/** What is not known of a task but follows from what was seen of it. */
export interface Outlook {
  readonly eta: Eta | null;
  readonly health: Health | null;
}

/** The outlooks of `tasks`, in their order. */
export async function outlooks(
  monitor: TaskMonitor,
  tasks: readonly Task[],
): Promise<readonly Outlook[]> {
  const [etas, healths] = await Promise.all([monitor.estimateAll(tasks), monitor.healthAll(tasks)]);
  return tasks.map((_, index) => ({ eta: etas[index] ?? null, health: healths[index] ?? null }));
}

/** The outlooks of the tasks that `changes` tell of, as they are after them. */
export async function outlooksAfter(
  monitor: TaskMonitor,
  changes: readonly Change[],
): Promise<ReadonlyMap<Change, Outlook>> {
  const ofTasks = changes.filter((change) => change.type !== 'task.removed');
  const found = await outlooks(
    monitor,
    ofTasks.map(({ task }) => task),
  );
  return new Map(ofTasks.map((change, index) => [change, found[index] as Outlook]));
}

import type { Eta, Health, Task, TaskMonitor } from '@task-monitor/core';

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

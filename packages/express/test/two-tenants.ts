import { MemoryStore, TaskMonitor, type TaskStore } from '@task-monitor/core';

/** Two tenants, each with a running, a pending and a failed task. */
export async function twoTenants(store: TaskStore = new MemoryStore()): Promise<TaskMonitor> {
  const monitor = new TaskMonitor({ store });
  for (const tenant of ['red', 'blue']) {
    for (const number of [1, 2, 3]) {
      const { id } = await monitor.register({ id: `${tenant}-${number}`, tags: [tenant] });
      if (number !== 2) await monitor.start(id);
      if (number === 3) await monitor.fail(id, 'no captions');
    }
  }
  return monitor;
}

import type { TaskCounts } from './store.js';

export interface TaskStats {
  /** All kept tasks, cancelled ones too. */
  readonly totalTasks: number;
  readonly pendingTasks: number;
  readonly runningTasks: number;
  readonly completedTasks: number;
  readonly failedTasks: number;
  readonly cancelledTasks: number;
  /** Completed ones among completed and failed ones, in percent with two decimals; 0 while there are none. */
  readonly successRate: number;
}

export function taskStats(counts: TaskCounts): TaskStats {
  const { pending, running, completed, failed, cancelled } = counts;
  const decided = completed + failed;
  return {
    totalTasks: pending + running + decided + cancelled,
    pendingTasks: pending,
    runningTasks: running,
    completedTasks: completed,
    failedTasks: failed,
    cancelledTasks: cancelled,
    successRate: decided === 0 ? 0 : Math.round((completed / decided) * 10_000) / 100,
  };
}

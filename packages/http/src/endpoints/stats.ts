import type { TaskStats } from '@task-monitor/core';
import type { Answers } from '../contract.js';
import { json, type Reply } from '../reply.js';
import type { Call } from './call.js';

export async function stats({ monitor, scope }: Call<'stats'>): Promise<Reply> {
  return json(JSON.stringify(wireStats(await monitor.stats(scope))));
}

export function wireStats(counts: TaskStats): Answers['stats'] {
  return {
    total_tasks: counts.totalTasks,
    running_tasks: counts.runningTasks,
    pending_tasks: counts.pendingTasks,
    completed_tasks: counts.completedTasks,
    failed_tasks: counts.failedTasks,
    success_rate: counts.successRate,
  };
}

import type { TaskStatus } from '@task-monitor/core';
import type { Answers } from '../contract.js';
import { json, type Reply } from '../reply.js';
import { within } from '../scope.js';
import type { Call } from './call.js';

export async function count({ monitor, scope }: Call<'count'>): Promise<Reply> {
  const counts = await monitor.stats(scope);
  const answer: Answers['count'] = {
    running_tasks: counts.runningTasks,
    pending_tasks: counts.pendingTasks,
    completed_tasks: counts.completedTasks,
    failed_tasks: counts.failedTasks,
    cancelled_tasks: counts.cancelledTasks,
  };
  return json(JSON.stringify(answer));
}

export async function countRunning(call: Call<'countRunning'>): Promise<Reply> {
  const answer: Answers['countRunning'] = { running_tasks: await countOf(call, 'running') };
  return json(JSON.stringify(answer));
}

export async function countPending(call: Call<'countPending'>): Promise<Reply> {
  const answer: Answers['countPending'] = { pending_tasks: await countOf(call, 'pending') };
  return json(JSON.stringify(answer));
}

export async function countCompleted(call: Call<'countCompleted'>): Promise<Reply> {
  const answer: Answers['countCompleted'] = { completed_tasks: await countOf(call, 'completed') };
  return json(JSON.stringify(answer));
}

export async function countFailed(call: Call<'countFailed'>): Promise<Reply> {
  const answer: Answers['countFailed'] = { failed_tasks: await countOf(call, 'failed') };
  return json(JSON.stringify(answer));
}

export async function countCancelled(call: Call<'countCancelled'>): Promise<Reply> {
  const answer: Answers['countCancelled'] = { cancelled_tasks: await countOf(call, 'cancelled') };
  return json(JSON.stringify(answer));
}

function countOf(
  { monitor, scope }: Pick<Call, 'monitor' | 'scope'>,
  status: TaskStatus,
): Promise<number> {
  return monitor.count(within(scope, { statuses: [status] }));
}

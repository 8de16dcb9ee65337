import { type AnswerEndpoint, answer } from './endpoint.js';

export const stats: AnswerEndpoint<'stats'> = async ({ monitor, filter }) => {
  const { totalTasks, runningTasks, pendingTasks, completedTasks, failedTasks, successRate } = await monitor.stats(filter);
  return answer({
    total_tasks: totalTasks,
    running_tasks: runningTasks,
    pending_tasks: pendingTasks,
    completed_tasks: completedTasks,
    failed_tasks: failedTasks,
    success_rate: successRate,
  });
};

export const countRunning: AnswerEndpoint<'countRunning'> = async ({ monitor, filter }) => {
  const { runningTasks } = await monitor.stats(filter);
  return answer({ running_tasks: runningTasks });
};

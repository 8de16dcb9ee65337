import { type AnswerEndpoint, answer } from './endpoint.js';

export const cleanup: AnswerEndpoint<'cleanup'> = async ({ monitor, filter, query: { days } }) => {
  const { cleanedTasks } = await monitor.cleanup({ ...filter, days });
  return answer({ cleaned_tasks: cleanedTasks, days });
};

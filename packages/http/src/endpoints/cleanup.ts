import type { Answers } from '../contract.js';
import { json, type Reply } from '../reply.js';
import type { Call } from './call.js';

export async function cleanup({ monitor, scope, query }: Call<'cleanup'>): Promise<Reply> {
  const { cleanedTasks, days } = await monitor.cleanup({ ...scope, days: query.days });
  const answer: Answers['cleanup'] = { cleaned_tasks: cleanedTasks, days };
  return json(JSON.stringify(answer));
}

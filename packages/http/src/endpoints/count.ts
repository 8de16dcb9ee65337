import type { Answers } from '../contract.js';
import { json, type Reply } from '../reply.js';
import { within } from '../scope.js';
import type { Call } from './call.js';

export async function countRunning({ monitor, scope }: Call<'countRunning'>): Promise<Reply> {
  const running = await monitor.count(within(scope, { statuses: ['running'] }));
  const answer: Answers['countRunning'] = { running_tasks: running };
  return json(JSON.stringify(answer));
}

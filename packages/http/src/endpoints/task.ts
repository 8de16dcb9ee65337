import { outlooks } from '../outlook.js';
import { json, type Reply } from '../reply.js';
import type { Call } from './call.js';

export async function task({
  monitor,
  task,
  texts,
  query,
  mayCancel,
}: Call<'task'>): Promise<Reply> {
  if (query.view !== 'full') return json(texts.of(task).text);
  // A stack is asked about only where there is one: `authorize` may be dear.
  const withStack = task.error?.stack ? await mayCancel(task) : false;
  const [outlook] = await outlooks(monitor, [task]);
  return json(texts.full(task, { now: Date.now(), outlook, withStack }).text);
}

import { json, type Reply } from '../reply.js';
import type { Call } from './call.js';

export async function output({ monitor, task, query, texts }: Call<'output'>): Promise<Reply> {
  const { lines, lastNumber } = await monitor.output(task.id, { after: query.after });
  const body = `{"task_id":${JSON.stringify(task.id)},"lines":${texts.lines(lines)},"last_number":${lastNumber}}`;
  return json(body);
}

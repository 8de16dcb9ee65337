import type { Answers } from '../contract.js';
import { json, type Reply } from '../reply.js';
import type { Call } from './call.js';

export async function output({ monitor, task, query, texts }: Call<'output'>): Promise<Reply> {
  const { lines, lastNumber } = await monitor.output(task.id, { after: query.after });
  const answer: Answers['output'] = {
    task_id: task.id,
    lines: lines.map(({ number, stream, text, at }) => ({
      number,
      stream,
      text,
      at: texts.timestamp(at),
    })),
    last_number: lastNumber,
  };
  return json(JSON.stringify(answer));
}

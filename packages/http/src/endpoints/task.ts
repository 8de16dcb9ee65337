import { json, type Reply } from '../reply.js';
import type { Call } from './call.js';

export function task({ task, texts }: Call<'task'>): Reply {
  return json(texts.of(task).text);
}

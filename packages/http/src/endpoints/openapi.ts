import { json, type Reply } from '../reply.js';
import type { Call } from './call.js';

export function openapi({ document }: Call<'openapi'>): Reply {
  return json(document.text);
}

import { Problem } from '../problem.js';
import type { Reply } from '../reply.js';
import type { Call } from './call.js';

export async function metrics({ metrics: metricsOf, scope }: Call<'metrics'>): Promise<Reply> {
  if (metricsOf === null)
    throw new Problem('PATH_NOT_FOUND', {
      detail: 'There are no metrics: the option `metrics` is off.',
    });
  if (Object.keys(scope).length > 0)
    throw new Problem('FORBIDDEN', {
      detail: 'Metrics are of all tasks, of which you may see a part.',
    });
  const contentType = 'text/plain; version=0.0.4; charset=utf-8';
  return { status: 200, contentType, body: await metricsOf.text() };
}

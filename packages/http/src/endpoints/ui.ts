import { Problem } from '../problem.js';
import type { Reply } from '../reply.js';
import type { Call } from './call.js';

export function ui({ dashboard }: Call<'ui'>): Reply {
  if (dashboard === null)
    throw new Problem('PATH_NOT_FOUND', {
      detail: 'There is no page: the option `dashboard` is missing.',
    });
  return dashboard.page;
}

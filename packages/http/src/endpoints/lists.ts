import {
  ACTIVE_STATUSES,
  type ListOptions,
  MAX_PAGE,
  type TaskFilter,
  type TaskStatus,
} from '@task-monitor/core';
import { ENDPOINTS } from '../contract.js';
import { nextPageQuery } from '../query-string.js';
import { json, type Reply } from '../reply.js';
import { within } from '../scope.js';
import { asked } from './asked.js';
import type { Call } from './call.js';
import { documentedPage, fullPage, listOptions } from './page.js';

type ListName = 'running' | 'pending' | 'completed' | 'failed' | 'cancelled' | 'all';

export function running(call: Call<'running'>): Promise<Reply> {
  return list('running', call, { statuses: ['running'] }, { order: 'oldest', limit: MAX_PAGE });
}

export function pending(call: Call<'pending'>): Promise<Reply> {
  return list('pending', call, { statuses: ['pending'] }, { order: 'oldest', limit: MAX_PAGE });
}

export function completed(call: Call<'completed'>): Promise<Reply> {
  return finished('completed', call);
}

export function failed(call: Call<'failed'>): Promise<Reply> {
  return finished('failed', call);
}

export function cancelled(call: Call<'cancelled'>): Promise<Reply> {
  return finished('cancelled', call);
}

function finished(
  status: TaskStatus & ListName,
  call: Call<'completed' | 'failed' | 'cancelled'>,
): Promise<Reply> {
  return list(status, call, { statuses: [status] }, { order: 'newest', limit: call.query.limit });
}

export function all(call: Call<'all'>): Promise<Reply> {
  const { query, scope } = call;
  const { filter, q } = asked(query, scope);
  const wanted = query.include_completed ? filter : within(filter, { statuses: ACTIVE_STATUSES });
  return list('all', call, wanted, {
    order: 'newest',
    limit: query.limit,
    ...(q !== null && { q }),
  });
}

/**
 * A page as long as the limits allow, one task at least. What is left is named by a `Link` that is relative to the
 * request: right at every mount and behind a proxy that rewrites paths.
 */
async function list(
  name: ListName,
  call: Call<ListName>,
  filter: TaskFilter,
  page: Pick<ListOptions, 'order' | 'limit' | 'q'>,
): Promise<Reply> {
  const { monitor, scope, query } = call;
  const options = { ...listOptions(within(scope, filter)), ...page, cursor: query.cursor };
  const found = await monitor.list(options);
  const link = (cursor: string | null): Readonly<Record<string, string>> => {
    if (cursor === null) return {};
    return { Link: `<?${nextPageQuery(query, ENDPOINTS[name].query, cursor)}>; rel="next"` };
  };
  if (query.view === 'full') {
    const { fields, cursor } = await fullPage(call, found);
    return json(`{${fields}}`, link(cursor));
  }
  const { text, bytes, cursor } = documentedPage(call, found);
  return { ...json(text, link(cursor)), bytes };
}

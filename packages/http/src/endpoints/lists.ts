import { ACTIVE_STATUSES, type ListOptions, MAX_PAGE, type TaskFilter } from '@task-monitor/core';
import { nextPageQuery } from '../query-string.js';
import { json, type Reply } from '../reply.js';
import { within } from '../scope.js';
import type { Call } from './call.js';

export function running(call: Call<'running'>): Promise<Reply> {
  return list(call, { statuses: ['running'] }, { order: 'oldest', limit: MAX_PAGE });
}

export function pending(call: Call<'pending'>): Promise<Reply> {
  return list(call, { statuses: ['pending'] }, { order: 'oldest', limit: MAX_PAGE });
}

export function all(call: Call<'all'>): Promise<Reply> {
  const { include_completed: includeCompleted, limit } = call.query;
  const filter = includeCompleted ? {} : { statuses: ACTIVE_STATUSES };
  return list(call, filter, { order: 'newest', limit });
}

/** 1 MiB: what a client can be expected to take in one piece, whatever the tasks carry with them. */
const MAX_LIST_BYTES = 1_048_576;
/** More than everything of a list that is not its tasks. */
const FRAME_BYTES = 64;

/**
 * A page as long as the limits allow, one task at least. What is left is named by a `Link` that is relative to the
 * request: right at every mount and behind a proxy that rewrites paths.
 */
async function list(
  { monitor, scope, query, texts }: Call<'running' | 'pending' | 'all'>,
  filter: TaskFilter,
  page: Required<Pick<ListOptions, 'order' | 'limit'>>,
): Promise<Reply> {
  const { statuses, ...rest } = within(scope, filter);
  const status = statuses && { status: statuses };
  const { tasks, nextCursor, total } = await monitor.list({
    ...rest,
    ...status,
    ...page,
    cursor: query.cursor,
  });

  const written: string[] = [];
  let bytes = FRAME_BYTES;
  let cursor = nextCursor;
  for (const task of tasks) {
    const wire = texts.of(task);
    bytes += wire.bytes + 1;
    if (bytes > MAX_LIST_BYTES && written.length > 0) {
      cursor = String(tasks[written.length - 1]?.number);
      break;
    }
    written.push(wire.text);
  }
  const body = `{"tasks":[${written.join(',')}],"total_count":${total}}`;
  return cursor === null
    ? json(body)
    : json(body, { Link: `<?${nextPageQuery(query, cursor)}>; rel="next"` });
}

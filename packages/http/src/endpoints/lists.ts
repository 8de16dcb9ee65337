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
import type { Call } from './call.js';

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
  const { include_completed: includeCompleted, limit, status, type, tag, parent } = call.query;
  const asked: TaskFilter = {
    ...(status !== null && { statuses: status }),
    ...(type !== null && { type }),
    ...(tag !== null && { tag }),
    ...(parent !== null && { parentId: parent }),
  };
  const filter = includeCompleted ? asked : within(asked, { statuses: ACTIVE_STATUSES });
  return list('all', call, filter, { order: 'newest', limit });
}

/** 1 MiB: what a client can be expected to take in one piece, whatever the tasks carry with them. */
const MAX_LIST_BYTES = 1_048_576;
/** More than everything of a list that is not its tasks. */
const FRAME_BYTES = 128;

/**
 * A page as long as the limits allow, one task at least. What is left is named by a `Link` that is relative to the
 * request: right at every mount and behind a proxy that rewrites paths.
 */
async function list(
  name: ListName,
  { monitor, scope, query, texts }: Call<ListName>,
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

  const isFull = query.view === 'full';
  const now = Date.now();
  const written: string[] = [];
  let bytes = FRAME_BYTES;
  let cursor = nextCursor;
  for (const task of tasks) {
    const wire = isFull ? texts.full(task, { now }) : texts.of(task);
    bytes += wire.bytes + 1;
    if (bytes > MAX_LIST_BYTES && written.length > 0) {
      cursor = String(tasks[written.length - 1]?.number);
      break;
    }
    written.push(wire.text);
  }
  const more = isFull ? `,"next_cursor":${JSON.stringify(cursor)},"count_is_exact":true` : '';
  const body = `{"tasks":[${written.join(',')}],"total_count":${total}${more}}`;
  if (cursor === null) return json(body);
  const next = nextPageQuery(query, ENDPOINTS[name].query, cursor);
  return json(body, { Link: `<?${next}>; rel="next"` });
}

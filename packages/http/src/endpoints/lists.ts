import { ACTIVE_STATUSES, intersect, type Task, type TaskFilter, type TaskMonitor } from '@task-monitor/core';
import type { WireTaskList } from '../contract.js';
import { type Timestamps, wireTask } from '../wire.js';
import type { AnswerEndpoint, EndpointAnswer } from './endpoint.js';

/** A list never gets larger, so that no answer stalls the server or its client; one task is always in it. */
const MAX_BYTES = 1_048_576;

export const running: AnswerEndpoint<'running'> = ({ monitor, filter, timestamps, query: { limit, cursor } }) =>
  page(monitor, { statuses: ['running'] }, filter, { order: 'oldest', limit, cursor }, timestamps, { limit });

export const pending: AnswerEndpoint<'pending'> = ({ monitor, filter, timestamps, query: { limit, cursor } }) =>
  page(monitor, { statuses: ['pending'] }, filter, { order: 'oldest', limit, cursor }, timestamps, { limit });

export const all: AnswerEndpoint<'all'> = ({ monitor, filter, timestamps, query }) => {
  const { include_completed, limit, cursor } = query;
  const asked: TaskFilter = include_completed ? {} : { statuses: ACTIVE_STATUSES };
  return page(monitor, asked, filter, { order: 'newest', limit, cursor }, timestamps, { include_completed, limit });
};

interface PageRequest {
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  readonly cursor: string | null;
}

async function page(
  monitor: TaskMonitor,
  asked: TaskFilter,
  allowed: TaskFilter,
  request: PageRequest,
  timestamps: Timestamps,
  repeated: Readonly<Record<string, number | boolean>>,
): Promise<EndpointAnswer<WireTaskList>> {
  const filter = intersect(asked, allowed);
  if (filter === null) return { json: '{"tasks":[],"total_count":0}' };
  const { statuses, ...rest } = filter;
  const found = await monitor.list({ ...rest, ...(statuses && { status: statuses }), ...request });
  const { parts, last } = fitting(found.tasks, timestamps);
  const json = `{"tasks":[${parts.join(',')}],"total_count":${found.total}}`;
  const next = last !== null && last !== found.tasks.at(-1) ? String(last.number) : found.nextCursor;
  return next === null ? { json } : { json, link: linkTo(next, repeated) };
}

/** As many leading tasks as fit, as JSON. */
function fitting(tasks: readonly Task[], timestamps: Timestamps): { parts: string[]; last: Task | null } {
  const parts: string[] = [];
  let last: Task | null = null;
  let bytes = 64;
  for (const task of tasks) {
    const part = JSON.stringify(wireTask(task, timestamps));
    bytes += Buffer.byteLength(part) + 1;
    if (bytes > MAX_BYTES && last !== null) break;
    parts.push(part);
    last = task;
  }
  return { parts, last };
}

/** A reference relative to the request, so that it is right at any mount and behind proxies that rewrite paths. */
function linkTo(cursor: string, repeated: Readonly<Record<string, number | boolean>>): string {
  const query = Object.entries({ ...repeated, cursor }).map(([name, value]) => `${name}=${value}`);
  return `<?${query.join('&')}>; rel="next"`;
}

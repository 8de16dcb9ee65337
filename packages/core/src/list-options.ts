import { TaskMonitorError } from './errors.js';
import { type Check, checkOptions, show, text, wrongOption } from './options.js';
import type { TaskFilter } from './query.js';
import type { ListRequest } from './store.js';
import { type Task, TASK_STATUSES, type TaskStatus } from './task.js';

export interface ListOptions {
  readonly status?: TaskStatus | readonly TaskStatus[];
  readonly type?: string;
  readonly tag?: string;
  readonly parentId?: string;
  /** By creation. Default: newest first; oldest first if only running or pending tasks are asked for. */
  readonly order?: 'newest' | 'oldest';
  /** 1 to 1,000. Default 50. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. Default: from the beginning. */
  readonly cursor?: string | null;
}

export interface TaskPage {
  readonly tasks: readonly Task[];
  /** For the page that follows; `null` on the last one. Stays good however many tasks come and go. */
  readonly nextCursor: string | null;
  /** How many tasks match, on all pages. */
  readonly total: number;
}

export const MAX_PAGE = 1_000;

/** How the fields of a {@link TaskFilter} are checked. */
export const FILTER_OPTIONS: Readonly<Record<keyof TaskFilter, Check>> = {
  statuses: (value) =>
    Array.isArray(value) && value.every(isStatus)
      ? null
      : `an array of ${TASK_STATUSES.join(', ')}`,
  type: text,
  tag: text,
  parentId: text,
};

/** @throws {@link TaskMonitorError} INVALID_OPTIONS, INVALID_INPUT */
export function listRequest(options: ListOptions): ListRequest {
  checkOptions('list', options, {
    status: null,
    type: text,
    tag: text,
    parentId: text,
    order: (value) => (value === 'newest' || value === 'oldest' ? null : '"newest" or "oldest"'),
    limit: (value) =>
      Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_PAGE
        ? null
        : `an integer from 1 to ${MAX_PAGE}`,
    cursor: null,
  });
  const { status, type, tag, parentId, limit = 50, cursor = null } = options;
  const statuses = status === undefined ? undefined : statusesOf(status);
  const filter: TaskFilter = {
    ...(statuses && { statuses }),
    ...(type !== undefined && { type }),
    ...(tag !== undefined && { tag }),
    ...(parentId !== undefined && { parentId }),
  };
  const onlyActive = statuses?.every((one) => one === 'pending' || one === 'running') ?? false;
  return {
    filter,
    order: options.order ?? (onlyActive ? 'oldest' : 'newest'),
    after: numberOf(cursor),
    limit,
  };
}

function isStatus(value: unknown): value is TaskStatus {
  return TASK_STATUSES.includes(value as TaskStatus);
}

export function statusesOf(status: unknown): readonly TaskStatus[] {
  const statuses: readonly unknown[] = Array.isArray(status) ? status : [status];
  for (const one of statuses) {
    if (!isStatus(one)) throw wrongOption('status', `one of ${TASK_STATUSES.join(', ')}`, one);
  }
  return statuses as readonly TaskStatus[];
}

function numberOf(cursor: unknown): number | null {
  if (cursor === null) return null;
  if (typeof cursor === 'string' && /^[1-9]\d{0,14}$/.test(cursor)) return Number(cursor);
  throw new TaskMonitorError(
    'INVALID_INPUT',
    `Expected \`cursor\` to be the \`nextCursor\` of another page; got ${show(cursor)}.`,
    { details: { field: 'cursor' } },
  );
}

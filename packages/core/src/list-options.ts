import { TaskMonitorError } from './errors.js';
import { type Check, checkOptions, show, text, wrongOption } from './options.js';
import type { TaskFilter } from './query.js';
import { compileSearch, type Search } from './search/search.js';
import type { ListRequest } from './store.js';
import { isFinished, type Task, TASK_STATUSES, type TaskStatus } from './task.js';

export interface ListOptions {
  readonly status?: TaskStatus | readonly TaskStatus[];
  readonly type?: string;
  readonly tag?: string;
  readonly parentId?: string;
  /**
   * What to look for, besides: `status:failed error:timeout "free text"`. At most 1,000 characters and 32 terms; an empty
   * one matches all. `status`, and one `type`, `tag` and `parent`, are found by the store's indexes; for anything else
   * tasks are looked at one by one, 10,000 a call at most.
   */
  readonly q?: string;
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
  /** How many tasks match, on all pages; of a search that is not `exact`, at least so many. */
  readonly total: number;
  /** Only with `q`. */
  readonly search?: SearchReport;
}

/** How far a search has come. */
export interface SearchReport {
  /** How many tasks this call looked at one by one; 0 where the store's indexes found all. */
  readonly examined: number;
  /**
   * `false`: it looked at as many tasks as one call may before the page was full, so that the page is short, or empty,
   * although more may match. The `nextCursor` goes on from there.
   */
  readonly complete: boolean;
  /** Whether `total` is all that match. `false`: it is what this page has, and more may match. */
  readonly exact: boolean;
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
export function listRequest(options: ListOptions): ListRequest & { readonly search?: Search } {
  checkOptions('list', options, {
    status: null,
    type: text,
    tag: text,
    parentId: text,
    q: text,
    order: (value) => (value === 'newest' || value === 'oldest' ? null : '"newest" or "oldest"'),
    limit: (value) =>
      Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_PAGE
        ? null
        : `an integer from 1 to ${MAX_PAGE}`,
    cursor: null,
  });
  const { status, type, tag, parentId, q, limit = 50, cursor = null } = options;
  const statuses = status === undefined ? undefined : statusesOf(status);
  const filter: TaskFilter = {
    ...(statuses && { statuses }),
    ...(type !== undefined && { type }),
    ...(tag !== undefined && { tag }),
    ...(parentId !== undefined && { parentId }),
  };
  const search = q === undefined ? undefined : compileSearch(q, filter);
  const sought = search?.filter ?? filter;
  const onlyActive = sought.statuses?.every((one) => !isFinished(one)) ?? false;
  return {
    ...(search && { search }),
    filter: sought,
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

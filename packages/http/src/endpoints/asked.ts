import {
  compileSearch,
  isTaskMonitorError,
  quoteForSearch,
  type Search,
  type TaskFilter,
  type TaskStatus,
} from '@task-monitor/core';
import { Problem } from '../problem.js';
import { within } from '../scope.js';

/** How a query says which tasks it wants. */
export interface AskedQuery {
  readonly status: readonly TaskStatus[] | null;
  readonly type: string | null;
  readonly tag: string | null;
  readonly parent: string | null;
  readonly q: string | null;
}

/** Which tasks are wanted. */
export interface Asked {
  readonly filter: TaskFilter;
  /** What `filter` cannot say; `null`: nothing. */
  readonly q: string | null;
  readonly search: Search | null;
}

/**
 * What is asked for, as far as it is within `scope`.
 *
 * @throws {@link Problem} INVALID_INPUT, with the place of a mistake in `q`
 */
export function asked(query: AskedQuery, scope: TaskFilter): Asked {
  const { status, type, tag, parent } = query;
  // A filter has one tag, but a task can have both.
  const otherTag = tag !== null && scope.tag !== undefined && scope.tag !== tag;
  const terms = [
    ...(query.q === null ? [] : [query.q]),
    ...(otherTag ? [`tag:${quoteForSearch(tag)}`] : []),
  ];
  const q = terms.length === 0 ? null : terms.join(' ');
  return {
    filter: within(scope, {
      ...(status !== null && { statuses: status }),
      ...(type !== null && { type }),
      ...(tag !== null && !otherTag && { tag }),
      ...(parent !== null && { parentId: parent }),
    }),
    q,
    search: q === null ? null : searchFor(q),
  };
}

function searchFor(q: string): Search {
  try {
    return compileSearch(q);
  } catch (error) {
    if (!isTaskMonitorError(error) || error.code !== 'INVALID_INPUT') throw error;
    // It quotes what was asked, and nothing else.
    const { message: detail, details } = error;
    throw Problem.invalid([{ parameter: 'q', detail, position: Number(details?.['position']) }]);
  }
}

import { intersect, type TaskFilter } from '@task-monitor/core';

/** What `filter` matches within `scope`. */
export function within(scope: TaskFilter, filter: TaskFilter): TaskFilter {
  return intersect(scope, filter) ?? NOTHING;
}

/** Matches no task: none has a status out of no statuses. */
const NOTHING: TaskFilter = { statuses: [] };

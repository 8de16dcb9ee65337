import type { Task, TaskStatus } from './task.js';

/** Which tasks: those that match everything given. An empty filter matches all. */
export interface TaskFilter {
  /** Any of these. */
  readonly statuses?: readonly TaskStatus[];
  readonly type?: string;
  readonly tag?: string;
  readonly parentId?: string;
}

/** The rule that every store's `list`, `counts` and `prune` agree with. */
export function matches(task: Task, filter: TaskFilter): boolean {
  return (
    (filter.statuses === undefined || filter.statuses.includes(task.status)) &&
    (filter.type === undefined || task.type === filter.type) &&
    (filter.tag === undefined || task.tags.includes(filter.tag)) &&
    (filter.parentId === undefined || task.execution.parent?.id === filter.parentId)
  );
}

/**
 * The filter that matches what both match, or `null` if nothing can: their attributes must agree, their statuses
 * intersect.
 */
export function intersect(a: TaskFilter, b: TaskFilter): TaskFilter | null {
  for (const key of ['type', 'tag', 'parentId'] as const) {
    if (a[key] !== undefined && b[key] !== undefined && a[key] !== b[key]) return null;
  }
  const statuses =
    a.statuses && b.statuses
      ? a.statuses.filter((status) => b.statuses?.includes(status))
      : (a.statuses ?? b.statuses);
  if (statuses?.length === 0) return null;
  return { ...a, ...b, ...(statuses && { statuses }) };
}

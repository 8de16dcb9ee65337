import { wrongOption } from './options.js';
import { intersect, type TaskFilter } from './query.js';
import { taskStats } from './stats.js';
import type { TaskStore } from './store.js';

/** Those of `ids` that are parents of a task which matches `filter`. @throws {@link TaskMonitorError} INVALID_OPTIONS */
export async function parents(
  store: TaskStore,
  ids: readonly string[],
  filter: TaskFilter,
): Promise<readonly string[]> {
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string'))
    throw wrongOption('ids', 'an array of ids', ids);
  const found = await store.parents(ids);
  if (Object.keys(filter).length === 0) return found;
  const within: string[] = [];
  // One after the other: a reader of a few tasks is not to hold up everybody else.
  for (const id of found) {
    const children = intersect(filter, { parentId: id });
    if (children !== null && taskStats(await store.counts(children)).totalTasks > 0)
      within.push(id);
  }
  return within;
}

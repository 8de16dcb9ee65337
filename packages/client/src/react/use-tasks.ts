import type { WireFullTask, WireStats } from '@task-monitor/http';
import { type Freshness, LOADING } from './resource.js';
import { NO_TASKS, type ShownFilter, ShownTasks } from './shown-tasks.js';
import { useResource } from './use-resource.js';

export interface TasksState extends Freshness {
  /** The newest first. */
  readonly tasks: readonly WireFullTask[];
  /** Of all tasks that may be seen, a second behind at most; `null` until they are there. */
  readonly stats: WireStats | null;
}

const EMPTY: TasksState = { ...NO_TASKS, ...LOADING };

/** The newest tasks that `filter` finds, and the numbers of all; renders anew whenever one of them changes. */
export function useTasks(filter: ShownFilter = {}): TasksState {
  const { status, type, tag, parent, limit } = filter;
  const key = JSON.stringify([
    typeof status === 'string' ? [status] : status,
    type,
    tag,
    parent,
    limit,
  ]);
  return useResource(`tasks ${key}`, (client) => new ShownTasks(client, filter), EMPTY);
}

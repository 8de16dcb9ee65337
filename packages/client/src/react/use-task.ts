import type { WireFullTask } from '@task-monitor/http';
import { type Freshness, LOADING } from './resource.js';
import { NO_TASK, ShownTask } from './shown-task.js';
import { useResource } from './use-resource.js';

export interface TaskState extends Freshness {
  /** As it was last known; `null` until it is there. */
  readonly task: WireFullTask | null;
}

const EMPTY: TaskState = { ...NO_TASK, ...LOADING };

/** One task as it is now; renders anew whenever it changes. One that is not there is the error `TASK_NOT_FOUND`. */
export function useTask(id: string): TaskState {
  return useResource(`task ${id}`, (client) => new ShownTask(client, id), EMPTY);
}

export type { Freshness } from './resource.js';
export type { ShownFilter } from './shown-tasks.js';
export { TaskProvider, type TaskProviderProps, useTaskClient } from './task-provider.js';
export { type TaskState, useTask } from './use-task.js';
export { type TasksState, useTasks } from './use-tasks.js';

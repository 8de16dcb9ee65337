export type { CallOptions, View } from './endpoint-methods.js';
export type { TasksFilter } from './many-tasks.js';
export type { OneTaskOptions } from './one-task.js';
export { TaskApiError, type TaskApiErrorCode, type TaskApiErrorFacts } from './task-api-error.js';
export { TaskClient, type TaskClientOptions } from './task-client.js';
export type { TaskWatch } from './task-watch.js';
export type { TransportOptions } from './transport.js';
export type { TaskEvent, TasksEvent } from './watched-event.js';
export type { WatchOptions, WatchState, WatchTimes } from './watch-options.js';
export type {
  WireFullTask,
  WireFullTaskList,
  WireListSnapshot,
  WireOutput,
  WireOutputLine,
  WireStats,
  WireTask,
  WireTaskList,
} from '@task-monitor/http';

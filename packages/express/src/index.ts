export type {
  Accepted,
  AcceptedOptions,
  TaskHandlerOptions as TaskRouterOptions,
} from '@task-monitor/http';
export { type TaskRouter, taskRouter } from './task-router.js';

export { type Action, type Answers, ENDPOINTS, type Endpoint, type Parameter, type WireTask, type WireTaskList } from './contract.js';
export type { Authorize, AuthorizeAnswer } from './safety.js';
export { createTaskHandler, type TaskHandler, type TaskHandlerOptions } from './task-handler.js';
export type { Timestamps } from './wire.js';

export {
  type Action,
  type Answers,
  type Endpoint,
  type EndpointName,
  ENDPOINTS,
  type WireCleanup,
  type WireRunningCount,
  type WireStats,
  type WireTask,
  type WireTaskList,
} from './contract.js';
export type { TaskHandlerOptions } from './handler-options.js';
export type { Parameter, Parameters, ParameterValue } from './parameter.js';
export type { ParameterError, ProblemCode, WireProblem } from './problem.js';
export type { AccessDecision, AccessRequest } from './safety/authorize.js';
export { createTaskHandler, type TaskHandler } from './task-handler.js';
export type { TimestampFormat } from './wire.js';

export type { Accepted, AcceptedOptions } from './accepted.js';
export type { WireCancelRequest } from './contract/cancel.js';
export {
  type Action,
  type Answers,
  type Endpoint,
  type EndpointName,
  ENDPOINTS,
  type HeaderName,
} from './contract.js';
export type {
  WireEvents,
  WireListSnapshot,
  WireNothing,
  WireOutputChange,
  WireRemovedChange,
  WireTaskChange,
} from './contract/events.js';
export type {
  WireAudit,
  WireEvictions,
  WireFeed,
  WireStoreVitals,
  WireVitals,
} from './contract/health.js';
export type { WireFullTaskList, WireTaskList } from './contract/lists.js';
export type {
  WireCancelledCount,
  WireCleanup,
  WireCompletedCount,
  WireCounts,
  WireFailedCount,
  WirePendingCount,
  WireRunningCount,
  WireStats,
} from './contract/numbers.js';
export type { WireOutput, WireOutputLine } from './contract/output.js';
export type { JsonSchema, Schema, ValueOf } from './contract/schema.js';
export type {
  WireCancellation,
  WireEndedBy,
  WireEta,
  WireFailure,
  WireFullTask,
  WireHealth,
  WireLateOutcome,
  WireOwner,
  WireProcess,
  WireProgress,
  WireStep,
  WireTask,
} from './contract/task.js';
export type { Dashboard, DashboardAsset } from './dashboard/dashboard.js';
export type { TaskHandlerOptions } from './handler-options.js';
export { type OpenApiDocument, openApiDocument } from './openapi/document.js';
export type { Parameter, Parameters, ParameterValue } from './parameter.js';
export type { ParameterError, ProblemCode, WireProblem } from './problem.js';
export type { AccessDecision, AccessRequest } from './safety/authorize.js';
export { createTaskHandler, type TaskHandler } from './task-handler.js';
export type { TimestampFormat } from './wire.js';

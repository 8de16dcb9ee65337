export type { Clock, Timer } from './clock.js';
export { closeOnSignals, type CloseOnSignalsOptions } from './close-on-signals.js';
export { ERROR_CODES, type ErrorCode, isTaskMonitorError, TaskMonitorError } from './errors.js';
export { type AbortCause, TaskAbortError, TaskFailedError } from './failure.js';
export type { LogLine, ProgressInput, RegisterOptions } from './input.js';
export type { JsonObject, JsonPrimitive, JsonValue } from './json.js';
export { LIMITS } from './limits.js';
export { type ListOptions, MAX_PAGE, type TaskPage } from './list-options.js';
export { MemoryStore, type MemoryStoreOptions } from './memory/memory-store.js';
export { TaskMonitor } from './monitor.js';
export type {
  CancelOptions,
  CleanupOptions,
  CompleteOptions,
  RunOptions,
  TaskMonitorOptions,
} from './monitor-options.js';
// For packages built on this one: options are checked, and mistakes worded, in one way everywhere.
export {
  aFunction,
  boolean,
  type Check,
  checkOptions,
  milliseconds,
  positiveInteger,
  show,
  wrongOption,
} from './options.js';
export { applyProgress, describeProgress, type Progress, type ProgressUpdate } from './progress.js';
export { intersect, matches, type TaskFilter } from './query.js';
export type { RetentionOptions } from './retention.js';
export type { Run, RunContext } from './run.js';
export { currentTask } from './runs.js';
export type { TaskStats } from './stats.js';
export * from './store.js';
export {
  ACTIVE_STATUSES,
  type Cancellation,
  type ChildProcess,
  type EndCause,
  type EndedBy,
  type Execution,
  FAILURE_CODES,
  type FailureCode,
  FINISHED_STATUSES,
  isFinished,
  type LateOutcome,
  type Owner,
  type Task,
  TASK_STATUSES,
  type TaskFailure,
  type TaskStatus,
} from './task.js';
export { newTask, patchTask } from './task-patch.js';
export { cutText, storableText } from './text.js';
export type { TaskEvent, WatchOptions } from './watch.js';

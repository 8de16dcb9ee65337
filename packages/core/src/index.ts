export type { Clock, Timer } from './clock.js';
export { closeOnSignals, type CloseOnSignalsOptions } from './close-on-signals.js';
export type { Eta } from './estimate.js';
export type { Health } from './health.js';
export { ERROR_CODES, type ErrorCode, isTaskMonitorError, TaskMonitorError } from './errors.js';
export { type AbortCause, TaskAbortError, TaskFailedError } from './failure.js';
export type { LogLine, ProgressInput, RegisterOptions } from './input.js';
export type { JsonObject, JsonPrimitive, JsonValue } from './json.js';
export { LIMITS } from './limits.js';
export { type ListOptions, MAX_PAGE, type SearchReport, type TaskPage } from './list-options.js';
export type { MemoryEvictions } from './memory/kept-tasks.js';
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
  nearest,
  positiveInteger,
  show,
  wrongOption,
} from './options.js';
export {
  applyProgress,
  describeProgress,
  type Progress,
  type ProgressChange,
  type ProgressUpdate,
} from './progress.js';
export type { ChildrenChange, ChildrenProgress, Step, StepChange } from './parts.js';
export { intersect, matches, type TaskFilter } from './query.js';
export { PrivateKeyLines } from './redact/private-key-lines.js';
export type { RedactOptions } from './redact/redact-options.js';
export type { RetentionOptions } from './retention.js';
export { currentTask } from './current-task.js';
export type { Run } from './run.js';
export type { RunContext, StepFunction, StepOptions, StepWork } from './run-context.js';
export type { Spread } from './spread.js';
export type { TaskStats } from './stats.js';
export { compileSearch, type Search } from './search/search.js';
export { SEARCH_LIMITS } from './search/search-error.js';
export { quoteForSearch } from './search/search-syntax.js';
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
  type Parent,
  type Task,
  TASK_STATUSES,
  type TaskFailure,
  type TaskStatus,
} from './task.js';
export { newTask, patchTask } from './task-patch.js';
export { cutText, storableText } from './text.js';
export type { AuditVitals } from './store-audits.js';
export type { Evictions, Vitals } from './vitals.js';
export type { TaskEvent, WatchOptions } from './watch.js';

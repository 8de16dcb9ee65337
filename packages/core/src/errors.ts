/**
 * What went wrong in a call to Task Monitor.
 *
 * | code | meaning |
 * |---|---|
 * | `INVALID_OPTIONS` | an option of a constructor or call has the wrong type, range or name |
 * | `INVALID_INPUT` | task data (id, metadata, progress, …) cannot be accepted |
 * | `TASK_NOT_FOUND` | no task with that id is kept |
 * | `TASK_EXISTS` | a task with that id is kept already |
 * | `INVALID_TRANSITION` | the task's state does not allow the call |
 * | `CAPACITY` | the store holds as many active tasks as it may |
 * | `FORBIDDEN` | the caller may not do this |
 * | `STORE_UNAVAILABLE` | the store did not answer in time; the call may be repeated |
 * | `STORE_FULL` | the store has no room; what was stored is unharmed |
 * | `STORE_CORRUPT` | the store's data cannot be read as what it should be |
 * | `MONITOR_CLOSED` | the monitor was closed |
 */
export const ERROR_CODES = [
  'INVALID_OPTIONS',
  'INVALID_INPUT',
  'TASK_NOT_FOUND',
  'TASK_EXISTS',
  'INVALID_TRANSITION',
  'CAPACITY',
  'FORBIDDEN',
  'STORE_UNAVAILABLE',
  'STORE_FULL',
  'STORE_CORRUPT',
  'MONITOR_CLOSED',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface TaskMonitorErrorOptions {
  /** Facts for programs: ids, the state, limits. JSON-safe. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error class of the library; `code` says which mistake or trouble it was. */
export class TaskMonitorError extends Error {
  override readonly name = 'TaskMonitorError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: TaskMonitorErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.details = Object.freeze({ ...options.details });
  }
}

/**
 * Whether `value` is a {@link TaskMonitorError}, also one of another copy of the library (ESM beside CommonJS, two
 * versions), where `instanceof` says no.
 */
export function isTaskMonitorError(value: unknown): value is TaskMonitorError {
  return (
    value instanceof Error &&
    value.name === 'TaskMonitorError' &&
    ERROR_CODES.includes((value as TaskMonitorError).code)
  );
}

export function taskNotFound(id: string): TaskMonitorError {
  return new TaskMonitorError('TASK_NOT_FOUND', `Task not found: ${id}`, { details: { id } });
}

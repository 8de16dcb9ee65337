import { Problem } from './problem.js';

/**
 * The task id that a path segment names, or any text that no task can have as its id.
 *
 * @throws {@link Problem} INVALID_INPUT for malformed percent-encoding
 */
export function readTaskId(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    const detail = 'The percent-encoding is malformed.';
    throw Problem.invalid([{ parameter: 'task_id', detail }]);
  }
}

/** Whether a task may have this id. Others are not even asked for. */
export function isTaskId(id: string): boolean {
  return TASK_ID.test(id);
}

const TASK_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** *Task not found: 550e8400-e29b-41d4-a716-446655440000*, with at most as much of the id as an id can have. */
export function taskNotFound(id: string): Problem {
  const shown = id.length > 128 ? `${id.slice(0, 127)}…` : id;
  return new Problem('TASK_NOT_FOUND', { detail: `Task not found: ${shown}` });
}

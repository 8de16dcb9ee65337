import type { Seen } from './task-cells.js';

/** How long a task has run by now, in milliseconds; `null` before it started. */
export function durationMs({ task, at }: Seen, now: number): number | null {
  if (task.duration_ms === null) return null;
  return task.status === 'running' ? task.duration_ms + Math.max(now - at, 0) : task.duration_ms;
}

/**
 * How long a running task will go on from now, in milliseconds; `null`: nobody can say, as of one that does not move or is to
 * be cancelled.
 */
export function remainingMs(
  { task, at }: Seen,
  now: number,
): { readonly p50: number; readonly p90: number } | null {
  const isUnwell = task.health !== null && task.health.state !== 'ok';
  if (task.status !== 'running' || task.eta === null || isUnwell || isCancelling(task)) return null;
  const { p50, p90 } = task.eta.remaining_ms;
  const passed = Math.max(now - at, 0);
  return { p50: Math.max(p50 - passed, 0), p90: Math.max(p90 - passed, 0) };
}

/** Whether a task runs that somebody wants cancelled. */
export function isCancelling({ status, cancel }: Seen['task']): boolean {
  return status === 'running' && cancel !== null;
}

import { describeProgress, type Task } from '@task-monitor/core';
import type { WireTask } from './contract.js';

/**
 * How instants are written. `rfc3339`: UTC with milliseconds and zone, `2024-01-15T10:30:15.000Z`. `documented`: UTC in
 * seconds without a zone, `2024-01-15T10:30:15`.
 */
export type TimestampFormat = 'rfc3339' | 'documented';

export function toWire(task: Task, format: TimestampFormat): WireTask {
  return {
    task_id: task.id,
    command: task.command,
    status: task.status,
    created_at: timestamp(task.createdAt, format),
    started_at: task.startedAt === null ? null : timestamp(task.startedAt, format),
    completed_at: task.completedAt === null ? null : timestamp(task.completedAt, format),
    error_message: task.error === null ? null : task.error.message,
    progress: describeProgress(task.progress),
    metadata: task.metadata,
  };
}

function timestamp(at: number, format: TimestampFormat): string {
  const rfc3339 = new Date(at).toISOString();
  return format === 'documented' ? rfc3339.slice(0, 19) : rfc3339;
}

import { describeProgress, type Task } from '@task-monitor/core';
import type { WireTask } from './contract.js';

/**
 * How instants are written. `rfc3339` (default): UTC with milliseconds and `Z`, which every client reads alike.
 * `documented`: UTC in whole seconds without a zone, as in the documented examples.
 */
export type Timestamps = 'rfc3339' | 'documented';

export function wireTask(task: Task, timestamps: Timestamps): WireTask {
  return {
    task_id: task.id,
    command: task.command,
    status: task.status,
    created_at: instant(task.createdAt, timestamps),
    started_at: task.startedAt === null ? null : instant(task.startedAt, timestamps),
    completed_at: task.completedAt === null ? null : instant(task.completedAt, timestamps),
    error_message: task.error === null ? null : task.error.message,
    progress: describeProgress(task.progress),
    metadata: task.metadata,
  };
}

function instant(epochMs: number, timestamps: Timestamps): string {
  const text = new Date(epochMs).toISOString();
  return timestamps === 'documented' ? text.slice(0, -'.000Z'.length) : text;
}

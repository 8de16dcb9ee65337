import {
  describeProgress,
  type Eta,
  type Health,
  type Progress,
  type Task,
} from '@task-monitor/core';
import type { WireFullTask } from '@task-monitor/client';

type WireProgress = NonNullable<WireFullTask['progress_detail']>;

/** What is expected of a task, where anything is. */
export interface Outlook {
  readonly eta: Eta | null;
  readonly health: Health | null;
}

/** A task of this process as a server sends it with `view=full`, so that it is shown, and written as JSON, alike. */
export function taskAsSent(task: Task, { eta, health }: Outlook, now: number): WireFullTask {
  const { execution, error, startedAt, progress } = task;
  const { cancel, lateOutcome, process } = execution;
  return {
    task_id: task.id,
    command: task.command,
    status: task.status,
    created_at: at(task.createdAt),
    started_at: atOrNull(startedAt),
    completed_at: atOrNull(task.completedAt),
    error_message: error?.message ?? null,
    progress: describeProgress(progress),
    metadata: task.metadata,
    number: task.number,
    version: task.version,
    type: task.type,
    name: task.name,
    parent_id: execution.parent?.id ?? null,
    tags: task.tags,
    percent: progress?.percent ?? null,
    progress_detail: progress && progressAsSent(progress),
    duration_ms: startedAt === null ? null : Math.max(0, (task.completedAt ?? now) - startedAt),
    eta: eta && {
      remaining_ms: { p50: eta.remainingMs.p50, p90: eta.remainingMs.p90 },
      finishes_at: at(eta.finishesAt),
      basis: eta.basis,
      samples: eta.samples,
    },
    health: health && {
      state: health.state,
      evidence: health.evidence,
      since: atOrNull(health.since),
    },
    error: error && { code: error.code, message: error.message, name: error.name, stack: null },
    result: task.result,
    result_omitted: execution.resultOmitted,
    cancel: cancel && {
      requested_at: at(cancel.requestedAt),
      reason: cancel.reason,
      requested_by: cancel.requestedBy,
      acknowledged_at: atOrNull(cancel.acknowledgedAt),
      forced: cancel.forced,
    },
    driver: execution.driver,
    owner: execution.owner,
    ended_by: execution.endedBy,
    late_outcome: lateOutcome && { ...lateOutcome, at: at(lateOutcome.at) },
    process: process && {
      pid: process.pid,
      started_at: atOrNull(process.startedAt),
      exit_code: process.exitCode,
      signal: process.signal,
      cpu_ms: process.cpuMs,
      peak_memory_bytes: process.peakMemoryBytes,
    },
  };
}

function progressAsSent({ message, current, total, unit, updatedAt }: Progress): WireProgress {
  // A command has no steps.
  return { message, current, total, unit, updated_at: at(updatedAt), steps: [] };
}

function at(instant: number): string {
  return new Date(instant).toISOString();
}

function atOrNull(instant: number | null): string | null {
  return instant === null ? null : at(instant);
}

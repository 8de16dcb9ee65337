import { describeProgress, type Progress, type Step, type Task } from '@task-monitor/core';
import type { Outlook } from './outlook.js';
import type { WireFullTask, WireProgress, WireStep, WireTask } from './contract/task.js';

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

export interface FullWireOptions {
  readonly now: number;
  /** Absent: nothing is said of it. */
  readonly outlook?: Outlook | undefined;
  /** Whether the stack of a failure is sent: only to who may see it. */
  readonly withStack?: boolean;
}

/** Everything that is known of a task at the instant `now`. */
export function toFullWire(
  task: Task,
  format: TimestampFormat,
  { now, outlook, withStack = false }: FullWireOptions,
): WireFullTask {
  const { execution, error, startedAt } = task;
  const { cancel, lateOutcome, process } = execution;
  const at = (instant: number) => timestamp(instant, format);
  return {
    ...toWire(task, format),
    number: task.number,
    version: task.version,
    type: task.type,
    name: task.name,
    parent_id: execution.parent?.id ?? null,
    tags: task.tags,
    percent: task.progress?.percent ?? null,
    progress_detail: task.progress && wireProgress(task.progress, at),
    duration_ms: startedAt === null ? null : Math.max(0, (task.completedAt ?? now) - startedAt),
    eta: outlook?.eta
      ? {
          remaining_ms: { p50: outlook.eta.remainingMs.p50, p90: outlook.eta.remainingMs.p90 },
          finishes_at: at(outlook.eta.finishesAt),
          basis: outlook.eta.basis,
          samples: outlook.eta.samples,
        }
      : null,
    health: outlook?.health
      ? {
          state: outlook.health.state,
          evidence: outlook.health.evidence,
          since: outlook.health.since === null ? null : at(outlook.health.since),
        }
      : null,
    error: error && {
      code: error.code,
      message: error.message,
      name: error.name,
      stack: withStack ? error.stack : null,
    },
    result: task.result,
    result_omitted: execution.resultOmitted,
    cancel: cancel && {
      requested_at: at(cancel.requestedAt),
      reason: cancel.reason,
      requested_by: cancel.requestedBy,
      acknowledged_at: cancel.acknowledgedAt === null ? null : at(cancel.acknowledgedAt),
      forced: cancel.forced,
    },
    driver: execution.driver,
    owner: execution.owner,
    ended_by: execution.endedBy,
    late_outcome: lateOutcome && { ...lateOutcome, at: at(lateOutcome.at) },
    process: process && {
      pid: process.pid,
      started_at: process.startedAt === null ? null : at(process.startedAt),
      exit_code: process.exitCode,
      signal: process.signal,
      cpu_ms: process.cpuMs,
      peak_memory_bytes: process.peakMemoryBytes,
    },
  };
}

function wireProgress(progress: Progress, at: (instant: number) => string): WireProgress {
  const { message, current, total, unit, updatedAt, steps } = progress;
  return {
    message,
    current,
    total,
    unit,
    updated_at: at(updatedAt),
    steps: steps.map((step) => wireStep(step, at)),
  };
}

function wireStep(step: Step, at: (instant: number) => string): WireStep {
  const { name, within, weight, status, startedAt, completedAt } = step;
  const { message, current, total, unit, percent } = step;
  return {
    name,
    within,
    weight,
    status,
    started_at: startedAt === null ? null : at(startedAt),
    completed_at: completedAt === null ? null : at(completedAt),
    message,
    current,
    total,
    unit,
    percent,
  };
}

export function timestamp(at: number, format: TimestampFormat): string {
  const rfc3339 = new Date(at).toISOString();
  return format === 'documented' ? rfc3339.slice(0, 19) : rfc3339;
}

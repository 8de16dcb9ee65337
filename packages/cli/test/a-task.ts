import type { WireFullTask } from '@task-monitor/client';

/** A running task as a server sends it, changed as the test needs it. */
export function aTask(changes: Partial<WireFullTask> = {}): WireFullTask {
  return {
    task_id: 'task-1',
    command: [],
    status: 'running',
    created_at: '2026-01-15T10:00:00.000Z',
    started_at: '2026-01-15T10:00:00.000Z',
    completed_at: null,
    error_message: null,
    progress: null,
    metadata: {},
    number: 1,
    version: 2,
    type: null,
    name: 'film',
    parent_id: null,
    tags: [],
    percent: null,
    progress_detail: null,
    duration_ms: 60_000,
    eta: null,
    health: null,
    error: null,
    result: null,
    result_omitted: null,
    cancel: null,
    driver: 'runner',
    owner: null,
    ended_by: null,
    late_outcome: null,
    process: null,
    ...changes,
  };
}

/** Progress of a task, with counts. */
export function aProgress(
  changes: Partial<NonNullable<WireFullTask['progress_detail']>> = {},
): NonNullable<WireFullTask['progress_detail']> {
  return {
    message: null,
    current: null,
    total: null,
    unit: null,
    updated_at: '2026-01-15T10:01:00.000Z',
    steps: [],
    ...changes,
  };
}

import type { WireFullTask } from '@task-monitor/client';

/** A running task of which nothing is known but what is given. */
export function aTask(given: Partial<WireFullTask> = {}): WireFullTask {
  return {
    task_id: 'task-1',
    command: [],
    status: 'running',
    created_at: '2026-01-01T10:00:00.000Z',
    started_at: '2026-01-01T10:00:01.000Z',
    completed_at: null,
    error_message: null,
    progress: null,
    metadata: {},
    number: 1,
    version: 2,
    type: null,
    name: null,
    parent_id: null,
    tags: [],
    percent: null,
    progress_detail: null,
    duration_ms: 0,
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
    ...given,
  };
}

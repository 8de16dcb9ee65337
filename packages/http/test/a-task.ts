import type { Task } from '@task-monitor/core';

/** A pending task, unless `given` says otherwise. */
export function aTask(given: Partial<Task> = {}): Task {
  const task: Task = {
    id: 'task-1',
    number: 1,
    version: 1,
    status: 'pending',
    type: null,
    name: null,
    command: [],
    metadata: {},
    tags: [],
    createdAt: Date.UTC(2026, 0, 1),
    startedAt: null,
    completedAt: null,
    progress: null,
    result: null,
    error: null,
    execution: {
      parent: null,
      owner: null,
      driver: 'caller',
      cancel: null,
      endedBy: null,
      lateOutcome: null,
      process: null,
      resultOmitted: null,
    },
    ...given,
  };
  return Object.freeze(task);
}

import type { LeaseHolder, NewTask } from '../store.js';
import type { Cancellation, ChildProcess, Owner, Parent, TaskFailure } from '../task.js';

/** The instant at which the suites' tasks are made, unless they say otherwise. */
export const CREATED_AT = Date.UTC(2026, 0, 1);

/** A task as a monitor hands it to the store: complete, checked and frozen. */
export function aNewTask(given: Partial<NewTask> = {}): NewTask {
  return deepFrozen({
    id: 'task-1',
    type: null,
    name: null,
    command: [],
    metadata: {},
    tags: [],
    createdAt: CREATED_AT,
    parent: null,
    owner: null,
    driver: 'caller',
    ...given,
  });
}

export function aParent(id = 'batch-1'): Parent {
  return deepFrozen({ id, weight: 1, step: null });
}

export function anOwner(id = 'owner-1'): Owner {
  return deepFrozen({ id, host: 'ingest-3', pid: 4711 });
}

export function aLeaseHolder(id = 'owner-1'): LeaseHolder {
  return deepFrozen({ owner: anOwner(id), bootId: 'boot-7:4026531836', pidStart: '123456' });
}

export function aProcess(given: Partial<ChildProcess> = {}): ChildProcess {
  return deepFrozen({
    pid: 99,
    startedAt: CREATED_AT,
    exitCode: null,
    signal: null,
    cpuMs: null,
    peakMemoryBytes: null,
    ...given,
  });
}

export function aFailure(given: Partial<TaskFailure> = {}): TaskFailure {
  return deepFrozen({
    code: 'ERROR',
    message: 'The file is empty.',
    name: 'RangeError',
    stack: 'RangeError: The file is empty.\n    at read (ingest.js:12:9)',
    ...given,
  });
}

export function aCancellation(given: Partial<Cancellation> = {}): Cancellation {
  return deepFrozen({
    requestedAt: CREATED_AT + 5_000,
    reason: 'superseded',
    requestedBy: 'mira',
    acknowledgedAt: null,
    forced: false,
    ...given,
  });
}

/** Freezes `value` and everything in it, as the monitor does with what it gives to a store. */
export function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values(value)) deepFrozen(item);
  return Object.freeze(value);
}

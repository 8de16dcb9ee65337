import { type Execution, type Task, TaskMonitorError, type TaskStatus } from '@task-monitor/core';

/** A task, and what the store knows of it besides. */
export interface KeptTask {
  readonly task: Task;
  readonly idempotencyKey: string | null;
  /** Lines that were appended to its output, and their bytes, still kept or not. */
  readonly outputLines: number;
  readonly outputBytes: number;
  /** Characters that it takes, more or less. */
  readonly size: number;
}

/** What no write changes after the creation. */
export function madeOf(task: Task): object {
  const { id, type, name, command, metadata, tags, createdAt, execution } = task;
  const { parent, driver } = execution;
  return { id, type, name, command, metadata, tags, createdAt, parent, driver };
}

/** What can change, but for status, version and result. What is `null` is left out: most of it is, most of the time. */
export function stateOf({ startedAt, completedAt, progress, error, execution }: Task): object {
  const state: { -readonly [Name in keyof State]: State[Name] } = {};
  if (startedAt !== null) state.startedAt = startedAt;
  if (completedAt !== null) state.completedAt = completedAt;
  if (progress !== null) state.progress = progress;
  if (error !== null) state.error = error;
  if (execution.owner !== null) state.owner = execution.owner;
  if (execution.cancel !== null) state.cancel = execution.cancel;
  if (execution.endedBy !== null) state.endedBy = execution.endedBy;
  if (execution.lateOutcome !== null) state.lateOutcome = execution.lateOutcome;
  if (execution.process !== null) state.process = execution.process;
  if (execution.resultOmitted !== null) state.resultOmitted = execution.resultOmitted;
  return state;
}

/** As {@link madeOf} and {@link stateOf} wrote it, without what is in columns. */
export interface StoredTask {
  readonly number: number;
  readonly version: number;
  readonly status: string;
  readonly made: unknown;
  readonly state: unknown;
  readonly result: unknown;
}

type Made = Pick<Task, 'id'> & Partial<Task & Execution>;

type State = Partial<Task & Execution>;

/** @throws {@link TaskMonitorError} STORE_CORRUPT */
export function taskFrom(stored: StoredTask): Task {
  const { number, version, status } = stored;
  const made = stored.made as Made | null;
  const state = stored.state as State | null;
  if (typeof made?.id !== 'string' || typeof state !== 'object' || state === null) {
    throw new TaskMonitorError(
      'STORE_CORRUPT',
      `Task number ${number} cannot be read: its columns \`made\` and \`state\` are not what a task is made of.`,
      { details: { number } },
    );
  }
  // A version of this library that does not know a field leaves it out.
  return deepFrozen({
    id: made.id,
    number,
    version,
    status: status as TaskStatus,
    type: made.type ?? null,
    name: made.name ?? null,
    command: made.command ?? [],
    metadata: made.metadata ?? {},
    tags: made.tags ?? [],
    createdAt: made.createdAt ?? 0,
    startedAt: state.startedAt ?? null,
    completedAt: state.completedAt ?? null,
    progress: state.progress ?? null,
    result: (stored.result ?? null) as Task['result'],
    error: state.error ?? null,
    execution: {
      parent: made.parent ?? null,
      owner: state.owner ?? null,
      driver: made.driver ?? 'caller',
      cancel: state.cancel ?? null,
      endedBy: state.endedBy ?? null,
      lateOutcome: state.lateOutcome ?? null,
      process: state.process ?? null,
      resultOmitted: state.resultOmitted ?? null,
    },
  });
}

/** The store answers with the objects that it keeps: nobody may change them. */
export function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values(value)) deepFrozen(item);
  return Object.freeze(value);
}

import { type NewTask, type Task, TaskMonitorError } from '@task-monitor/core';

/** What of a task never changes. */
export type Definition = Pick<
  NewTask,
  'id' | 'type' | 'name' | 'command' | 'metadata' | 'tags' | 'createdAt' | 'parent' | 'driver'
>;

/** What of a task changes. What is `null` is left out: most of it is, most of the time. */
type State = Pick<Task, 'version' | 'status'> &
  Partial<Pick<Task, 'startedAt' | 'completedAt' | 'progress' | 'result' | 'error'>> &
  Partial<Omit<Task['execution'], 'parent' | 'driver'>>;

export function definitionBody(task: Definition): string {
  const { id, type, name, command, metadata, tags, createdAt, parent, driver } = task;
  return JSON.stringify({ id, type, name, command, metadata, tags, createdAt, parent, driver });
}

export function readDefinition(body: string): Definition {
  return frozen(parse(body)) as Definition;
}

export function stateBody(task: Task): string {
  const { execution } = task;
  const state: { -readonly [Name in keyof State]: State[Name] } = {
    version: task.version,
    status: task.status,
  };
  if (task.startedAt !== null) state.startedAt = task.startedAt;
  if (task.completedAt !== null) state.completedAt = task.completedAt;
  if (task.progress !== null) state.progress = task.progress;
  if (task.result !== null) state.result = task.result;
  if (task.error !== null) state.error = task.error;
  if (execution.owner !== null) state.owner = execution.owner;
  if (execution.cancel !== null) state.cancel = execution.cancel;
  if (execution.endedBy !== null) state.endedBy = execution.endedBy;
  if (execution.lateOutcome !== null) state.lateOutcome = execution.lateOutcome;
  if (execution.process !== null) state.process = execution.process;
  if (execution.resultOmitted !== null) state.resultOmitted = execution.resultOmitted;
  return JSON.stringify(state);
}

/** The task as it was stored: frozen, with the fields of {@link Task} in their order and no others. */
export function readTask(number: number, definition: Definition, body: string): Task {
  const state = frozen(parse(body)) as State;
  return Object.freeze({
    id: definition.id,
    number,
    version: state.version,
    status: state.status,
    type: definition.type,
    name: definition.name,
    command: definition.command,
    metadata: definition.metadata,
    tags: definition.tags,
    createdAt: definition.createdAt,
    startedAt: state.startedAt ?? null,
    completedAt: state.completedAt ?? null,
    progress: state.progress ?? null,
    result: state.result ?? null,
    error: state.error ?? null,
    execution: Object.freeze({
      parent: definition.parent,
      owner: state.owner ?? null,
      driver: definition.driver,
      cancel: state.cancel ?? null,
      endedBy: state.endedBy ?? null,
      lateOutcome: state.lateOutcome ?? null,
      process: state.process ?? null,
      resultOmitted: state.resultOmitted ?? null,
    }),
  });
}

/** Reads an object or a list that this package wrote as JSON. */
export function parse(body: string): object {
  let cause: unknown;
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    cause = error;
  }
  throw new TaskMonitorError('STORE_CORRUPT', 'A row of the store is not the JSON it should be.', {
    cause,
  });
}

export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values(value)) frozen(item);
  return Object.freeze(value);
}

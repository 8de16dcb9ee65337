import { FULL_TASK_LIST, type WireFullTaskList } from './lists.js';
import { STATS, type WireStats } from './numbers.js';
import { OUTPUT_LINE, type WireOutputLine } from './output.js';
import { list, object, type Schema, text } from './schema.js';
import { FULL_TASK, type WireFullTask } from './task.js';

/** First of all in a stream of all tasks: the first page of those that were asked for. */
export interface WireListSnapshot extends WireFullTaskList {
  readonly stats: WireStats;
}

/** The data of a change of one task, and of the `snapshot` in a stream of one. */
export interface WireTaskChange {
  readonly task: WireFullTask;
}

export interface WireOutputChange extends WireTaskChange {
  readonly lines: readonly WireOutputLine[];
}

export interface WireRemovedChange {
  readonly ids: readonly string[];
}

/** Of an event that says all by its name. */
export type WireNothing = Readonly<Record<never, never>>;

/** The data of each event of a stream, by its name. */
export interface WireEvents {
  readonly 'task.registered': WireTaskChange;
  readonly 'task.started': WireTaskChange;
  readonly 'task.progress': WireTaskChange;
  readonly 'task.output': WireOutputChange;
  readonly 'task.cancel-requested': WireTaskChange;
  readonly 'task.completed': WireTaskChange;
  readonly 'task.failed': WireTaskChange;
  readonly 'task.cancelled': WireTaskChange;
  readonly 'task.removed': WireRemovedChange;
  readonly snapshot: WireListSnapshot | WireTaskChange;
  /** Changes were missed; a snapshot follows. */
  readonly reset: WireNothing;
  /** The watched task is over. */
  readonly end: WireNothing;
  /** The server ends the stream; come again. */
  readonly shutdown: WireNothing;
}

const TASK_CHANGE = object<WireTaskChange>('TaskChange', 'The task after the change.', {
  task: FULL_TASK,
});

const LIST_SNAPSHOT = object<WireListSnapshot>('ListSnapshot', 'Where things stand.', {
  stats: STATS,
  ...(FULL_TASK_LIST.properties as {
    [Name in keyof WireFullTaskList]: Schema<WireFullTaskList[Name]>;
  }),
});

const NOTHING = object<WireNothing>('Nothing', 'The name of the event says all.', {});

/** The schema of the data of each event. */
export const EVENT_DATA: { readonly [Name in keyof WireEvents]: Schema<WireEvents[Name]> } = {
  'task.registered': TASK_CHANGE,
  'task.started': TASK_CHANGE,
  'task.progress': TASK_CHANGE,
  'task.output': object<WireOutputChange>('OutputChange', 'New lines of output.', {
    task: FULL_TASK,
    lines: list(OUTPUT_LINE, 'The new lines.'),
  }),
  'task.cancel-requested': TASK_CHANGE,
  'task.completed': TASK_CHANGE,
  'task.failed': TASK_CHANGE,
  'task.cancelled': TASK_CHANGE,
  'task.removed': object<WireRemovedChange>('RemovedChange', 'Tasks that are gone.', {
    ids: list(text('An id.'), 'Their ids.'),
  }),
  snapshot: { anyOf: [LIST_SNAPSHOT, TASK_CHANGE] },
  reset: NOTHING,
  end: NOTHING,
  shutdown: NOTHING,
};

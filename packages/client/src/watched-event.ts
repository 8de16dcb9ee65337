import type { WireEvents, WireListSnapshot, WireTaskChange } from '@task-monitor/http';
import { TaskApiError } from './task-api-error.js';

/** Events of a stream that a watcher is told; the others are about the stream itself. */
type ToldName = Exclude<keyof WireEvents, 'snapshot' | 'end' | 'shutdown'>;

type ChangeEvent = {
  [Name in ToldName]: { readonly type: Name } & WireEvents[Name];
}[ToldName];

/** What the watcher of one task is told. */
export type TaskEvent = ChangeEvent | ({ readonly type: 'snapshot' } & WireTaskChange);

/** What the watcher of many tasks is told. */
export type TasksEvent = ChangeEvent | ({ readonly type: 'snapshot' } & WireListSnapshot);

/** What came in a stream, whichever stream it is. */
export type StreamedEvent = {
  [Name in keyof WireEvents]: { readonly type: Name } & WireEvents[Name];
}[keyof WireEvents];

const KNOWN: Readonly<Record<keyof WireEvents, true>> = {
  'task.registered': true,
  'task.started': true,
  'task.progress': true,
  'task.output': true,
  'task.cancel-requested': true,
  'task.completed': true,
  'task.failed': true,
  'task.cancelled': true,
  'task.removed': true,
  snapshot: true,
  reset: true,
  end: true,
  shutdown: true,
};

/**
 * The event of a block; `null` for one that this version knows nothing of.
 *
 * @throws {@link TaskApiError} BAD_ANSWER for data that is no JSON.
 */
export function eventOf(name: string, data: string): StreamedEvent | null {
  if (!Object.hasOwn(KNOWN, name)) return null;
  try {
    return { ...(JSON.parse(data) as object), type: name } as StreamedEvent;
  } catch (cause) {
    const detail = `Expected JSON as the data of the event \`${name}\`, got ${JSON.stringify(data.slice(0, 100))}.`;
    throw new TaskApiError({ code: 'BAD_ANSWER', detail, cause });
  }
}

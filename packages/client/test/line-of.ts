import type { TaskEvent, TasksEvent } from '../src/index.js';

/** An event in one line, for people who compare them. */
export function lineOf(event: TaskEvent | TasksEvent | undefined | void): string {
  if (!event) return 'nothing';
  if ('task' in event)
    return `${event.type} ${event.task.task_id} ${event.task.status} v${event.task.version}`;
  if ('ids' in event) return `${event.type} ${event.ids.join(' ')}`;
  if (event.type === 'snapshot')
    return `${event.type} ${event.tasks.map(({ task_id }) => task_id).join(' ')}`;
  return event.type;
}

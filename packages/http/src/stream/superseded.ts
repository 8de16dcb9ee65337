import type { Change, Task } from '@task-monitor/core';

/**
 * The reports of progress that a later event of the same task makes superfluous: each has the whole task. Not so a later
 * line of output, which is not told to everybody.
 */
export function superseded<T extends Told>(events: readonly T[]): ReadonlySet<T> {
  const superfluous = new Set<T>();
  const later = new Set<string>();
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index] as T;
    if (!event.task || event.type === 'task.output') continue;
    if (event.type === 'task.progress' && later.has(event.task.id)) superfluous.add(event);
    later.add(event.task.id);
  }
  return superfluous;
}

interface Told {
  readonly type: Change['type'];
  readonly task?: Task | null;
}

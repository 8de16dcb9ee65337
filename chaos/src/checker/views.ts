import { TASK_STATUSES } from '@task-monitor/core';
import type { History, Violation } from './history.js';

/** Who follows the changes, who pages through the list and who asks for the counts all see the same. */
export function checkViews({ tasks, counts, view }: History): readonly Violation[] {
  const violations: Violation[] = [];
  const broken = (invariant: string, what: string): void =>
    void violations.push({ invariant, what });
  const listed = new Map(tasks.map((task) => [task.id, task]));
  if (listed.size !== tasks.length)
    broken('I8', `paging gave ${tasks.length} tasks with ${listed.size} ids`);
  for (const status of TASK_STATUSES) {
    const kept = tasks.filter((task) => task.status === status).length;
    if (kept !== counts[status])
      broken('I8', `${counts[status]} are counted as ${status}, ${kept} are listed`);
  }
  for (const [id, { status, version }] of listed) {
    const seen = view.get(id);
    if (seen === undefined) broken('I7', `${id} is listed, and the watcher does not know it`);
    else if (seen.version !== version || seen.status !== status)
      broken(
        'I7',
        `${id} is ${status} v${version}, and to the watcher ${seen.status} v${seen.version}`,
      );
  }
  for (const id of view.keys())
    if (!listed.has(id)) broken('I7', `${id} is not listed, and the watcher knows it`);
  return violations;
}

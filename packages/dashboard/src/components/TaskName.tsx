import type { WireFullTask } from '@task-monitor/client';
import { hrefOf } from '../route.js';
import { beginning, visible } from '../text/visible.js';

/** What a person would call a task: its name, else what it runs, else its type, else its id. */
export function titleOf(task: WireFullTask): string {
  const command = task.command.join(' ');
  const title = [task.name, command, task.type, task.task_id].find((text) => text);
  return visible(beginning(title ?? task.task_id, 160).text.replace(/\s+/g, ' '));
}

/** The link to a task. */
export function TaskName({ task }: { readonly task: WireFullTask }) {
  const title = titleOf(task);
  return (
    <a class="task-name" href={hrefOf({ page: 'task', id: task.task_id })} title={title} dir="auto">
      {title}
    </a>
  );
}

import { createElement, type ReactNode, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { TaskClient } from '../../src/index.js';
import { TaskProvider, useTask, useTaskClient, useTasks } from '../../src/react/index.js';
import { page, write } from './write.js';

const client = new TaskClient('/tasks');

function TaskLine({ id }: { readonly id: string }): ReactNode {
  const { task, status, error, staleSince } = useTask(id);
  const ofWhat = task === null ? 'nothing' : `${task.status} ${task.percent ?? '-'}`;
  const since = staleSince === null ? '' : ` since ${typeof staleSince}`;
  return createElement(
    'p',
    { id: `line-${id}` },
    `${ofWhat} ${status}${since} ${error?.code ?? ''}`,
  );
}

function TaskList(): ReactNode {
  // An object of its own with every rendering: it is the same filter.
  const { tasks, stats, status } = useTasks({ type: 'ingest', status: ['pending', 'running'] });
  const ids = tasks.map(({ task_id }) => task_id).join(' ');
  return createElement('p', { id: 'list' }, `[${ids}] ${stats?.total_tasks ?? '-'} ${status}`);
}

function Cancel(): ReactNode {
  const shared = useTaskClient();
  const onClick = (): void => void shared.cancel('task-2').catch((e: unknown) => write('stats', e));
  return createElement('button', { id: 'cancel', onClick }, 'Cancel');
}

function Page(): ReactNode {
  const [isOpen, setIsOpen] = useState(true);
  const toggle = (): void => setIsOpen((open) => !open);
  const lines = ['task-1', 'task-2', 'no-such-1'].map((id) =>
    createElement(TaskLine, { key: id, id }),
  );
  // The same task twice, as pages have it.
  const again = createElement('div', null, createElement(TaskLine, { id: 'task-1' }));
  return createElement(
    'main',
    null,
    createElement('button', { id: 'toggle', onClick: toggle }, 'Toggle'),
    isOpen
      ? [
          createElement('div', { key: 1 }, lines, again, createElement(TaskList)),
          createElement(Cancel, { key: 2 }),
        ]
      : null,
  );
}

const root = page().getElementById('root') as unknown as Parameters<typeof createRoot>[0];
createRoot(root).render(
  createElement(StrictMode, null, createElement(TaskProvider, { client }, createElement(Page))),
);

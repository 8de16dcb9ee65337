import { describe, expect, it } from '@jest/globals';
import type { TasksEvent } from '@task-monitor/client';
import { aTask } from '../testing/a-task.js';
import { PageChanges } from './page-changes.js';

const tasks = [
  { task_id: 'c', number: 30 },
  { task_id: 'b', number: 20 },
];

function changes(q: string, extent: { isFirst?: boolean; hasNext?: boolean } = {}): PageChanges {
  return new PageChanges({ q, isFirst: true, hasNext: true, tasks, ...extent });
}

function registered(id: string, number: number): TasksEvent {
  const task = aTask({ task_id: id, number, status: 'pending' });
  return { type: 'task.registered', task };
}

describe('PageChanges', () => {
  it('counts a new task once, whatever comes of it', () => {
    const seen = changes('');
    seen.see(registered('d', 40));
    seen.see({ type: 'task.started', task: aTask({ task_id: 'd', number: 40 }) });
    expect(seen.size).toBe(1);
  });

  it('counts none that is further back than the page', () => {
    const seen = changes('status:running');
    seen.see({ type: 'task.started', task: aTask({ task_id: 'a', number: 10 }) });
    expect(seen.size).toBe(0);
  });

  it('counts one that is further back where nothing follows', () => {
    const seen = changes('status:running', { hasNext: false });
    seen.see({ type: 'task.started', task: aTask({ task_id: 'a', number: 10 }) });
    expect(seen.size).toBe(1);
  });

  it('counts no new task on a later page', () => {
    const seen = changes('', { isFirst: false });
    seen.see(registered('d', 40));
    expect(seen.size).toBe(0);
  });

  it('counts a task of the page that the search finds no more', () => {
    const seen = changes('status:running');
    seen.see({
      type: 'task.failed',
      task: aTask({ task_id: 'b', number: 20, status: 'failed' }),
    });
    expect(seen.size).toBe(1);
  });

  it('counts a removed task of the page, and forgets one that was new', () => {
    const seen = changes('');
    seen.see(registered('d', 40));
    seen.see({ type: 'task.removed', ids: ['b', 'd', 'x'] });
    expect(seen.size).toBe(1);
  });

  it('forgets a new task that the search finds no more', () => {
    const seen = changes('status:pending');
    seen.see(registered('d', 40));
    seen.see({ type: 'task.started', task: aTask({ task_id: 'd', number: 40 }) });
    expect(seen.size).toBe(0);
  });

  it('takes a new status for a change where only the server can tell, and progress for none', () => {
    const seen = changes('timeout');
    const task = aTask({ task_id: 'd', number: 40 });
    seen.see({ type: 'task.progress', task });
    expect(seen.size).toBe(0);
    seen.see({ type: 'task.started', task });
    expect(seen.size).toBe(1);
  });
});

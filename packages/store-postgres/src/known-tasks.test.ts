import { newTask, patchTask, type Task } from '@task-monitor/core';
import { aNewTask } from '../test/writes.js';
import type { KeptTask } from './kept-task.js';
import { KnownTasks } from './known-tasks.js';

function kept(task: Task, given: Partial<KeptTask> = {}): KeptTask {
  return { task, idempotencyKey: null, outputLines: 0, outputBytes: 0, size: 100, ...given };
}

describe('KnownTasks', () => {
  it('keeps the newest of what it learns of a task', () => {
    const known = new KnownTasks();
    const first = newTask(aNewTask(), 1);
    const second = patchTask(first, {});
    known.learn(kept(second));
    known.learn(kept(first));
    expect(known.get('task-1')?.task).toBe(second);
    const another = newTask(aNewTask(), 2);
    known.learn(kept(another));
    known.learn(kept(second));
    expect(known.get('task-1')?.task).toBe(another);
  });

  it('finds a task by its idempotency key until it is forgotten', () => {
    const known = new KnownTasks();
    known.learn(kept(newTask(aNewTask(), 1), { idempotencyKey: 'key-1' }));
    expect([known.idOfKey('key-1'), known.idOfKey(null)]).toEqual(['task-1', undefined]);
    known.forget('task-1');
    expect([known.idOfKey('key-1'), known.get('task-1')]).toEqual([undefined, undefined]);
  });

  it('forgets those that were not asked for longest when they are too many', () => {
    const known = new KnownTasks();
    for (let number = 1; number <= 10_000; number++)
      known.learn(kept(newTask(aNewTask({ id: `task-${number}` }), number)));
    known.get('task-1');
    known.learn(kept(newTask(aNewTask({ id: 'one-more' }), 10_001)));
    expect(known.get('task-2')).toBe(undefined);
    expect([known.get('task-1')?.task.number, known.get('one-more')?.task.number]).toEqual([
      1, 10_001,
    ]);
  });

  it('forgets when they are too large', () => {
    const known = new KnownTasks();
    known.learn(kept(newTask(aNewTask({ id: 'first' }), 1), { size: 20_000_000 }));
    known.learn(kept(newTask(aNewTask({ id: 'second' }), 2), { size: 20_000_000 }));
    expect([known.get('first'), known.get('second')?.task.number]).toEqual([undefined, 2]);
  });
});

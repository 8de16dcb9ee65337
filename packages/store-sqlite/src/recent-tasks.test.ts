import { newTask, patchTask } from '@task-monitor/core';
import { aTask } from '../test/fill.js';
import { RecentTasks } from './recent-tasks.js';

describe('RecentTasks', () => {
  it('keeps the thousand that were written last', () => {
    const recent = new RecentTasks();
    for (let number = 1; number <= 1_000; number++) recent.keep(task(number), 100);
    recent.keep(task(1), 100);
    recent.keep(task(1_001), 100);
    expect(recent.get('task-2')).toBeUndefined();
    expect(recent.get('task-1')?.number).toBe(1);
    expect(recent.get('task-1001')?.number).toBe(1_001);
  });

  it('keeps fewer of large ones, and as many again once they are small', () => {
    const recent = new RecentTasks();
    for (let number = 1; number <= 5; number++) recent.keep(task(number), 1024 * 1024);
    expect([1, 2, 3, 5].map((number) => recent.get(`task-${number}`)?.number)).toEqual([
      undefined,
      undefined,
      3,
      5,
    ]);
    for (let number = 2; number <= 5; number++) recent.keep(task(number), 1);
    for (let number = 6; number <= 500; number++) recent.keep(task(number), 1);
    expect(recent.get('task-2')?.number).toBe(2);
  });

  it('lets go of a task that has finished', () => {
    const recent = new RecentTasks();
    recent.keep(task(1), 100);
    recent.keep(patchTask(task(1), { status: 'cancelled', completedAt: 900 }), 100);
    expect(recent.get('task-1')).toBeUndefined();
  });
});

function task(number: number): ReturnType<typeof newTask> {
  return newTask(aTask(`task-${number}`), number);
}

import { describe, expect, it } from '@jest/globals';
import { ToldVersions } from './told-versions.js';

const aTask = (version: number, number = 1, task_id = 'task-1') => ({ task_id, number, version });

describe('ToldVersions', () => {
  it('takes each version once, and none that is older', () => {
    const told = new ToldVersions();
    expect([1, 3, 3, 2, 4].map((version) => told.isNews(aTask(version)))).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  it('takes a task with the id of one before for another task', () => {
    const told = new ToldVersions();
    told.isNews(aTask(7, 1));
    expect(told.isNews(aTask(1, 2))).toBe(true);
    expect(told.isNews(aTask(8, 1))).toBe(false);
  });

  it('tells once that a task was removed, and nothing of it afterwards', () => {
    const told = new ToldVersions();
    told.isNews(aTask(1));
    expect(told.remove(['task-1', 'task-2'])).toEqual(['task-1', 'task-2']);
    expect(told.remove(['task-1'])).toEqual([]);
    expect(told.isNews(aTask(2))).toBe(false);
    expect(told.isNews(aTask(1, 2))).toBe(true);
    expect(told.remove(['task-1'])).toEqual(['task-1']);
  });

  it('forgets the tasks that have not changed for longest', () => {
    const told = new ToldVersions();
    for (let number = 1; number <= 10_001; number++)
      told.isNews(aTask(1, number, `task-${number}`));
    expect(told.isNews(aTask(1, 2, 'task-2'))).toBe(false);
    expect(told.isNews(aTask(1, 1, 'task-1'))).toBe(true);
  });
});

import { taskStats } from './stats.js';

const NONE = { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };

describe('taskStats', () => {
  it('counts every kept task, cancelled ones too', () => {
    expect(taskStats({ pending: 1, running: 2, completed: 3, failed: 4, cancelled: 5 })).toEqual({
      totalTasks: 15,
      pendingTasks: 1,
      runningTasks: 2,
      completedTasks: 3,
      failedTasks: 4,
      cancelledTasks: 5,
      successRate: 42.86,
    });
  });

  it('is the share of completed among completed and failed, in percent with two decimals', () => {
    expect(taskStats({ ...NONE, completed: 10, failed: 2, cancelled: 7 }).successRate).toBe(83.33);
    expect(taskStats({ ...NONE, completed: 1 }).successRate).toBe(100);
    expect(taskStats({ ...NONE, failed: 3 }).successRate).toBe(0);
    expect(taskStats({ ...NONE, completed: 2, failed: 1 }).successRate).toBe(66.67);
  });

  it('is 0 while nothing was decided', () => {
    expect(taskStats({ ...NONE, running: 3, cancelled: 2 }).successRate).toBe(0);
  });
});

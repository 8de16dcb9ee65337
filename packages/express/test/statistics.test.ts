import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { WireStats } from '@task-monitor/http';
import { serve, VERSIONS } from './served.js';

describe.each(VERSIONS)('statistics: %s', (_, makeApp) => {
  it('have a success rate of 0 while nothing has finished', async () => {
    const monitor = new TaskMonitor();
    const client = await serve(makeApp, monitor);
    const empty =
      '{"total_tasks":0,"running_tasks":0,"pending_tasks":0,"completed_tasks":0,"failed_tasks":0,"success_rate":0}';
    expect((await client.get('/stats')).body).toBe(empty);
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    expect((await client.get('/stats')).json<WireStats>()).toMatchObject({
      total_tasks: 1,
      running_tasks: 1,
      success_rate: 0,
    });
  });

  it('count cancelled tasks in the total alone', async () => {
    const monitor = new TaskMonitor();
    for (const id of ['task-1', 'task-2', 'task-3']) await monitor.register({ id });
    await monitor.cancel('task-1');
    await monitor.start('task-2');
    await monitor.complete('task-2');
    const client = await serve(makeApp, monitor);
    expect((await client.get('/stats')).json<WireStats>()).toEqual({
      total_tasks: 3,
      running_tasks: 0,
      pending_tasks: 1,
      completed_tasks: 1,
      failed_tasks: 0,
      success_rate: 100,
    });
  });

  it.each([
    [1, 2, 33.33],
    [2, 1, 66.67],
    [0, 3, 0],
  ])('round the rate of %d completed and %d failed to %d', async (completed, failed, rate) => {
    const monitor = new TaskMonitor();
    for (let number = 1; number <= completed + failed; number++) {
      const { id } = await monitor.register({ id: `task-${number}` });
      await monitor.start(id);
      if (number <= completed) await monitor.complete(id);
      else await monitor.fail(id, 'no captions');
    }
    const client = await serve(makeApp, monitor);
    expect((await client.get('/stats')).json<WireStats>().success_rate).toBe(rate);
  });
});

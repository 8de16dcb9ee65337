import { TaskMonitor } from '@task-monitor/core';
import { serve } from '../../test/served.js';

describe('stats', () => {
  it('is all zeros without tasks', async () => {
    const { get } = await serve(new TaskMonitor());
    expect((await get('/stats')).body).toBe(
      '{"total_tasks":0,"running_tasks":0,"pending_tasks":0,"completed_tasks":0,"failed_tasks":0,"success_rate":0}',
    );
  });

  it('counts as the documented example does', async () => {
    const monitor = new TaskMonitor();
    for (let n = 1; n <= 15; n++) {
      const { id } = await monitor.register();
      if (n <= 14) await monitor.start(id);
      if (n <= 10) await monitor.complete(id);
      else if (n <= 12) await monitor.fail(id, 'no');
    }
    const { get } = await serve(monitor);
    expect((await get('/stats')).body).toBe(
      '{"total_tasks":15,"running_tasks":2,"pending_tasks":1,"completed_tasks":10,"failed_tasks":2,"success_rate":83.33}',
    );
    expect((await get('/count/running')).body).toBe('{"running_tasks":2}');
    await monitor.close();
  });
});

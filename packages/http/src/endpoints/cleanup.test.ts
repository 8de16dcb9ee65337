import { TaskMonitor } from '@task-monitor/core';
import { FakeClock } from '@task-monitor/core/testing';
import { serve } from '../../test/served.js';

const DAY_MS = 86_400_000;

describe('cleanup', () => {
  it.each(['days=-1', 'days=36501', 'days=1.5', 'days=', 'days=1&days=1'])(
    'refuses %s and removes nothing',
    async (query) => {
      const monitor = new TaskMonitor();
      await monitor.register({ id: 'task-1' });
      await monitor.cancel('task-1');
      const { ask } = await serve(monitor);
      expect((await ask('DELETE', `/cleanup?${query}`)).status).toBe(400);
      expect(await monitor.count()).toBe(1);
    },
  );

  it('removes what finished long enough ago, and nothing that is active', async () => {
    const clock = new FakeClock();
    const monitor = new TaskMonitor({ clock, retention: false });
    for (const id of ['old-1', 'old-2', 'old-3', 'active-1', 'active-2']) {
      await monitor.register({ id });
      if (id !== 'active-2') await monitor.start(id);
    }
    await monitor.complete('old-1');
    await monitor.fail('old-2', 'no');
    await monitor.cancel('old-3');
    clock.advance(8 * DAY_MS);
    await monitor.register({ id: 'new-1' });
    await monitor.cancel('new-1');

    const { ask } = await serve(monitor);
    const clean = async (query: string) => (await ask('DELETE', `/cleanup${query}`)).body;
    expect(await clean('?days=9')).toBe('{"cleaned_tasks":0,"days":9}');
    expect(await clean('')).toBe('{"cleaned_tasks":3,"days":7}');
    expect(await clean('?days=0')).toBe('{"cleaned_tasks":1,"days":0}');
    expect(await monitor.count()).toBe(2);
    await monitor.close();
  });
});

import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { FakeClock } from '@task-monitor/core/testing';
import { serve, VERSIONS } from './served.js';

const DAY_MS = 86_400_000;

/** One task per age in days, ended then; and a pending and a running one that are older than all of them. */
async function tasksOfAges(ages: readonly number[]): Promise<TaskMonitor> {
  const now = Date.UTC(2026, 0, 1);
  const clock = new FakeClock(now);
  const monitor = new TaskMonitor({ clock, retention: false });
  const at = (days: number): void => clock.jumpWall(now - days * DAY_MS - clock.now());
  at(40_000);
  await monitor.register({ id: 'pending-1' });
  await monitor.register({ id: 'running-1' });
  await monitor.start('running-1');
  for (const [index, days] of ages.entries()) {
    at(days);
    const { id } = await monitor.register({ id: `${days}-days-old` });
    if (index % 3 === 0) await monitor.cancel(id);
    else await monitor.start(id);
    if (index % 3 === 1) await monitor.complete(id);
    if (index % 3 === 2) await monitor.fail(id, 'no captions');
  }
  at(0);
  return monitor;
}

async function idsIn(monitor: TaskMonitor): Promise<string[]> {
  const { tasks } = await monitor.list({ order: 'oldest' });
  return tasks.map((task) => task.id);
}

describe.each(VERSIONS)('cleanup: %s', (_, makeApp) => {
  const ages = [37_000, 8, 7.5, 6.5, 1, 0];
  const active = ['pending-1', 'running-1'];

  it.each([
    ['', 7, 3],
    ['?days=7', 7, 3],
    ['?days=1', 1, 5],
    ['?days=36500', 36_500, 1],
    ['?days=0', 0, 6],
  ])('with "%s" removes what finished more than %d days ago', async (query, days, cleaned) => {
    const monitor = await tasksOfAges(ages);
    const reply = await (await serve(makeApp, monitor)).delete(`/cleanup${query}`);
    expect(reply.body).toBe(`{"cleaned_tasks":${cleaned},"days":${days}}`);
    const left = ages.slice(cleaned).map((age) => `${age}-days-old`);
    expect(await idsIn(monitor)).toEqual([...active, ...left]);
  });

  it('never removes an active task, and finds nothing the second time', async () => {
    const monitor = await tasksOfAges(ages);
    const client = await serve(makeApp, monitor);
    await client.delete('/cleanup?days=0');
    expect((await client.delete('/cleanup?days=0')).body).toBe('{"cleaned_tasks":0,"days":0}');
    expect(await idsIn(monitor)).toEqual(active);
  });

  it('removes nothing when it is refused', async () => {
    const monitor = await tasksOfAges(ages);
    const client = await serve(makeApp, monitor);
    for (const days of ['-1', '36501', '1.5', '', 'all', '0&days=0']) {
      expect((await client.delete(`/cleanup?days=${days}`)).status).toBe(400);
    }
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS']) {
      const headers = { 'X-HTTP-Method-Override': 'DELETE' };
      await client.ask(method, '/cleanup?days=0&_method=DELETE', { headers });
    }
    expect(await idsIn(monitor)).toHaveLength(8);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { TaskFilter, TaskMonitor } from '@task-monitor/core';
import type { WireListSnapshot, WireStats, WireTaskList } from '@task-monitor/http';
import { EventStream } from './event-stream.js';
import { everyEndpoint, WITH_EVERY_ENDPOINT } from './every-endpoint.js';
import { FollowedStore } from './followed-store.js';
import { serve, VERSIONS } from './served.js';
import { twoTenants } from './two-tenants.js';

describe.each(VERSIONS)('the filter of authorize: %s', (_, makeApp) => {
  const withFilter = async (filter: TaskFilter, monitor: TaskMonitor, options = {}) =>
    serve(makeApp, monitor, { authorize: () => Promise.resolve({ filter }), ...options });

  it('narrows statistics and counts', async () => {
    const client = await withFilter({ tag: 'red' }, await twoTenants());
    expect((await client.get('/stats')).json<WireStats>()).toEqual({
      total_tasks: 3,
      running_tasks: 1,
      pending_tasks: 1,
      completed_tasks: 0,
      failed_tasks: 1,
      success_rate: 0,
    });
    expect((await client.get('/count/running')).body).toBe('{"running_tasks":1}');
  });

  it('narrows lists, their counts and their pages', async () => {
    const client = await withFilter({ tag: 'red' }, await twoTenants());
    const idsAt = async (path: string): Promise<unknown> => {
      const { tasks, total_count } = (await client.get(path)).json<WireTaskList>();
      return [tasks.map((task) => task.task_id), total_count];
    };
    expect(await idsAt('/all')).toEqual([['red-3', 'red-2', 'red-1'], 3]);
    expect(await idsAt('/all?include_completed=0')).toEqual([['red-2', 'red-1'], 2]);
    expect(await idsAt('/running')).toEqual([['red-1'], 1]);
    expect(await idsAt('/pending')).toEqual([['red-2'], 1]);
    expect(await idsAt('/all?cursor=6')).toEqual([['red-3', 'red-2', 'red-1'], 3]);
    expect((await client.get('/all?limit=3')).headers.link).toBeUndefined();
  });

  it('narrows the lists and counts of every status', async () => {
    const client = await withFilter({ tag: 'red' }, await twoTenants());
    const counts = { running: 1, pending: 1, completed: 0, failed: 1, cancelled: 0 };
    for (const [status, count] of Object.entries(counts)) {
      const list = (await client.get(`/${status}?view=full`)).json<WireTaskList>();
      expect([status, list.total_count, list.tasks.length]).toEqual([status, count, count]);
      const { body } = await client.get(`/count/${status}`);
      expect(body).toBe(`{"${status}_tasks":${count}}`);
    }
    expect((await client.get('/count')).body).toBe(
      '{"running_tasks":1,"pending_tasks":1,"completed_tasks":0,"failed_tasks":1,"cancelled_tasks":0}',
    );
  });

  it('is not widened by what the caller asks for', async () => {
    const client = await withFilter({ tag: 'red' }, await twoTenants());
    for (const query of ['tag=blue', 'q=tag:blue', 'q=id:blue-1', 'parent=blue-1', 'tag=blue&tag='])
      expect((await client.get(`/all?${query}`)).body).not.toContain('"blue-');
    expect((await client.get('/all?q=tag:red')).json<WireTaskList>().total_count).toBe(3);
  });

  it('makes the tasks of others not found on every endpoint, like those that never were', async () => {
    const monitor = await twoTenants();
    const client = await withFilter({ tag: 'red' }, monitor);
    for (const { method, path, taskId } of everyEndpoint('blue-1')) {
      if (taskId === null) continue;
      const own = path.replace('blue-1', 'red-1');
      if (method === 'GET')
        expect([own, (await client.ask(method, own, { leaveStreams: true })).status]).toEqual([
          own,
          200,
        ]);
      const theirs = await client.ask(method, `${path}?wait=25&view=full`);
      const nobodys = await client.ask(method, path.replace('blue-1', 'blue-9'));
      expect([path, theirs.status, nobodys.status]).toEqual([path, 404, 404]);
      expect(theirs.body.replaceAll('blue-1', 'blue-9')).toBe(nobodys.body);
    }
    expect((await monitor.get('blue-1')).status).toBe('running');
  });

  it('lets nothing of others through on any endpoint', async () => {
    const monitor = await twoTenants();
    const client = await withFilter({ tag: 'red' }, monitor, WITH_EVERY_ENDPOINT);
    for (const { method, path, isStream } of everyEndpoint('red-1')) {
      if (isStream) continue;
      const { status, body } = await client.ask(method, path);
      // What is of all tasks is not for who may see a part of them.
      expect([path, status]).toEqual([path, path === '/metrics' ? 403 : 200]);
      expect([path, body.includes('blue')]).toEqual([path, false]);
    }
    expect(await monitor.count({ tag: 'blue' })).toBe(3);
    expect((await monitor.get('red-1')).status).toBe('cancelled');
  });

  it('narrows both streams', async () => {
    const monitor = await twoTenants();
    const { port } = await withFilter({ tag: 'red' }, monitor);
    const all = await EventStream.open(port, '/tasks/events?output=true');
    const one = await EventStream.open(port, '/tasks/red-1/events');
    const snapshot = (await all.next())?.data as WireListSnapshot;
    expect([snapshot.total_count, snapshot.stats.total_tasks]).toEqual([3, 3]);
    await one.next();
    await monitor.log('blue-1', 'a line of blue');
    await monitor.complete('blue-1');
    await monitor.register({ id: 'blue-4', tags: ['blue'] });
    await monitor.complete('red-1');
    const events = await all.until(({ name }) => name === 'task.completed');
    events.push(...(await one.rest()));
    expect(events.map(({ name }) => name)).toEqual(['task.completed', 'task.completed', 'end']);
    expect(JSON.stringify([snapshot, events])).not.toContain('blue');
    all.close();
  });

  it('is asked anew before a request that waits is answered', async () => {
    const store = new FollowedStore();
    const monitor = await twoTenants(store);
    const client = await withFilter({ statuses: ['running'] }, monitor);
    const reply = client.get('/red-1?wait=60');
    await store.followed();
    await monitor.complete('red-1');
    expect((await reply).status).toBe(404);
    // Shorter than it would wait.
  }, 55_000);

  it('narrows cleanup', async () => {
    const monitor = await twoTenants();
    const client = await withFilter({ tag: 'red' }, monitor);
    expect((await client.delete('/cleanup?days=0')).body).toBe('{"cleaned_tasks":1,"days":0}');
    expect(await monitor.count({ tag: 'red' })).toBe(2);
    expect(await monitor.count({ tag: 'blue' })).toBe(3);
  });

  it('of no statuses shows and removes nothing', async () => {
    const monitor = await twoTenants();
    const client = await withFilter({ statuses: [] }, monitor);
    expect((await client.get('/stats')).json<WireStats>().total_tasks).toBe(0);
    for (const path of ['/all', '/running', '/pending']) {
      expect((await client.get(path)).body).toBe('{"tasks":[],"total_count":0}');
    }
    expect((await client.get('/count/running')).body).toBe('{"running_tasks":0}');
    expect((await client.get('/red-1')).status).toBe(404);
    await client.delete('/cleanup?days=0');
    expect(await monitor.count()).toBe(6);
  });

  it('of statuses cuts across those of the lists', async () => {
    const client = await withFilter({ statuses: ['running', 'failed'] }, await twoTenants());
    expect((await client.get('/running')).json<WireTaskList>().total_count).toBe(2);
    expect((await client.get('/pending')).json<WireTaskList>().total_count).toBe(0);
    expect((await client.get('/all')).json<WireTaskList>().total_count).toBe(4);
    expect((await client.get('/red-2')).status).toBe(404);
  });

  it('that matches everything leaves everything in sight', async () => {
    const client = await withFilter({}, await twoTenants());
    expect((await client.get('/stats')).json<WireStats>().total_tasks).toBe(6);
  });
});

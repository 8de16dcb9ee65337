import { describe, expect, it } from '@jest/globals';
import { type Task, type TaskFilter, TaskMonitor } from '@task-monitor/core';
import type { WireStats, WireTaskList } from '@task-monitor/http';
import type { TaskRouterOptions } from '../src/index.js';
import { serve, VERSIONS } from './served.js';

type Authorize = NonNullable<TaskRouterOptions['authorize']>;
const quiet = { onError: () => {} };

/** Two tenants, each with a running, a pending and a failed task. */
async function twoTenants(): Promise<TaskMonitor> {
  const monitor = new TaskMonitor();
  for (const tenant of ['red', 'blue']) {
    for (const number of [1, 2, 3]) {
      const { id } = await monitor.register({ id: `${tenant}-${number}`, tags: [tenant] });
      if (number !== 2) await monitor.start(id);
      if (number === 3) await monitor.fail(id, 'no captions');
    }
  }
  return monitor;
}

const ROUTES: readonly (readonly [string, string, string, string | null])[] = [
  ['GET', '/stats', 'read', null],
  ['GET', '/running', 'read', null],
  ['GET', '/pending', 'read', null],
  ['GET', '/completed', 'read', null],
  ['GET', '/failed', 'read', null],
  ['GET', '/cancelled', 'read', null],
  ['GET', '/all', 'read', null],
  ['GET', '/count', 'read', null],
  ['GET', '/count/pending', 'read', null],
  ['GET', '/count/completed', 'read', null],
  ['GET', '/count/failed', 'read', null],
  ['GET', '/count/cancelled', 'read', null],
  ['GET', '/openapi.json', 'read', null],
  ['GET', '/events', 'read', null],
  ['GET', '/red-1/events', 'read', 'red-1'],
  ['GET', '/red-1/output', 'read', 'red-1'],
  ['POST', '/red-1/cancel', 'cancel', 'red-1'],
  ['POST', '/unknown-1/cancel', 'cancel', null],
  ['GET', '/count/running', 'read', null],
  ['GET', '/red-1', 'read', 'red-1'],
  ['GET', '/unknown-1', 'read', null],
  ['DELETE', '/cleanup', 'cleanup', null],
];

const REFUSALS: Readonly<Record<string, Authorize>> = {
  'answers false': () => false,
  'answers false later': () => Promise.resolve(false),
  throws: () => {
    throw new Error('canary');
  },
  rejects: () => Promise.reject(new Error('canary')),
  'answers nothing': () => undefined as never,
  'answers null': () => null as never,
  'answers "yes"': () => 'yes' as never,
  'answers 1': () => 1 as never,
  'answers {}': () => ({}) as never,
  'answers a filter of null': () => ({ filter: null }) as never,
  'answers a filter of true': () => ({ filter: true }) as never,
  'answers a filter of an array': () => ({ filter: ['red'] }) as never,
  'answers a filter with an unknown name': () => ({ filter: { tenant: 'red' } }) as never,
  'answers a filter without its value': () => ({ filter: { tag: undefined } }) as never,
  'answers a filter with a wrong value': () => ({ filter: { tag: 7 } }) as never,
};

describe.each(VERSIONS)('authorize: %s', (_, makeApp) => {
  it('is asked exactly once on every route, with the action and the task', async () => {
    const asked: unknown[] = [];
    const authorize: Authorize = (req, { action, task }) => {
      asked.push([req.method, action, task?.id ?? null]);
      return true;
    };
    const client = await serve(makeApp, await twoTenants(), { authorize });
    for (const [method, path, action, task] of ROUTES) {
      asked.length = 0;
      await client.ask(method, path, { leaveStreams: true });
      expect([path, asked]).toEqual([path, [[method, action, task]]]);
      if (method !== 'GET') continue;
      asked.length = 0;
      await client.ask('HEAD', path);
      expect([path, asked]).toEqual([path, [['HEAD', action, task]]]);
    }
  });

  it.each(Object.entries(REFUSALS))('that %s refuses everything', async (_name, authorize) => {
    const monitor = await twoTenants();
    const client = await serve(makeApp, monitor, { authorize, ...quiet });
    for (const [method, path] of ROUTES) {
      const { status, body } = await client.ask(method, path, { leaveStreams: true });
      expect([path, status]).toEqual([path, 403]);
      expect(JSON.parse(body)).toMatchObject({ code: 'FORBIDDEN', status: 403 });
      expect(body).not.toMatch(/canary|red|blue/);
    }
    await client.delete('/cleanup?days=0');
    expect(await monitor.count()).toBe(6);
  });

  it('that never answers refuses when the time is over', async () => {
    const authorize = (): Promise<boolean> => new Promise(() => {});
    const options = { authorize, requestTimeoutMs: 20, ...quiet };
    const monitor = await twoTenants();
    const client = await serve(makeApp, monitor, options);
    const replies = await Promise.all(
      ROUTES.map(([method, path]) => client.ask(method, path, { leaveStreams: true })),
    );
    expect(replies.map((reply) => reply.status)).toEqual(ROUTES.map(() => 403));
    expect(await monitor.count()).toBe(6);
  });

  it('that agrees too late lets nothing happen', async () => {
    let agree = (_answer: boolean): void => {};
    const authorize = (): Promise<boolean> => new Promise((resolve) => (agree = resolve));
    const monitor = await twoTenants();
    const client = await serve(makeApp, monitor, { authorize, requestTimeoutMs: 20, ...quiet });
    expect((await client.delete('/cleanup?days=0')).status).toBe(403);
    agree(true);
    await new Promise(setImmediate);
    expect(await monitor.count()).toBe(6);
  });

  it('can refuse by action', async () => {
    const authorize: Authorize = (_req, { action }) => action === 'read';
    const client = await serve(makeApp, await twoTenants(), { authorize });
    expect((await client.get('/stats')).status).toBe(200);
    expect((await client.delete('/cleanup')).status).toBe(403);
  });

  it('can go by the request and the task', async () => {
    const authorize: Authorize = (req, { task }) =>
      task === null || task.tags.includes(String(req.headers['x-tenant']));
    const client = await serve(makeApp, await twoTenants(), { authorize });
    expect((await client.get('/red-1', { 'X-Tenant': 'red' })).status).toBe(200);
    expect((await client.get('/red-1', { 'X-Tenant': 'blue' })).status).toBe(403);
  });

  it('is given a task that it cannot change', async () => {
    const seen: Task[] = [];
    const authorize: Authorize = (_req, { task }) => task !== null && seen.push(task) > 0;
    const client = await serve(makeApp, await twoTenants(), { authorize });
    await client.get('/red-1');
    expect(seen.every((task) => Object.isFrozen(task))).toBe(true);
  });
});

describe.each(VERSIONS)('the filter of authorize: %s', (_, makeApp) => {
  const withFilter = async (filter: TaskFilter, monitor: TaskMonitor) =>
    serve(makeApp, monitor, { authorize: () => Promise.resolve({ filter }) });

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

  it('makes the tasks of others not found, like those that never were', async () => {
    const client = await withFilter({ tag: 'red' }, await twoTenants());
    expect((await client.get('/red-1')).status).toBe(200);
    const [theirs, nobodys] = [await client.get('/blue-1'), await client.get('/blue-9')];
    expect([theirs.status, nobodys.status]).toEqual([404, 404]);
    expect(theirs.body.replace('blue-1', 'blue-9')).toBe(nobodys.body);
  });

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

describe.each(VERSIONS)('readOnly: %s', (_, makeApp) => {
  it('refuses every change, also when authorize agrees, and nothing else', async () => {
    const monitor = await twoTenants();
    const client = await serve(makeApp, monitor, { readOnly: true, authorize: () => true });
    for (const [method, path] of ROUTES) {
      const { status } = await client.ask(method, path, { leaveStreams: true });
      expect([path, status]).toEqual([
        path,
        method !== 'GET' ? 403 : path === '/unknown-1' ? 404 : 200,
      ]);
    }
    await client.delete('/cleanup?days=0');
    expect(await monitor.count()).toBe(6);
    expect((await monitor.get('red-1')).status).toBe('running');
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Task } from '@task-monitor/core';
import type { TaskRouterOptions } from '../src/index.js';
import { everyEndpoint, WITH_EVERY_ENDPOINT } from './every-endpoint.js';
import { serve, VERSIONS } from './served.js';
import { twoTenants } from './two-tenants.js';

type Authorize = NonNullable<TaskRouterOptions['authorize']>;
const quiet = { onError: () => {} };

/** Every endpoint, and what is asked of a task that is not kept. */
const ROUTES = [
  ...everyEndpoint('red-1'),
  ...everyEndpoint('unknown-1')
    .filter(({ taskId }) => taskId !== null)
    .map((request) => ({ ...request, taskId: null })),
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
    const client = await serve(makeApp, await twoTenants(), { authorize, ...WITH_EVERY_ENDPOINT });
    for (const { method, path, action, taskId } of ROUTES) {
      asked.length = 0;
      await client.ask(method, path, { leaveStreams: true });
      expect([path, asked]).toEqual([path, [[method, action, taskId]]]);
      if (method !== 'GET') continue;
      asked.length = 0;
      await client.ask('HEAD', path);
      expect([path, asked]).toEqual([path, [['HEAD', action, taskId]]]);
    }
  });

  it.each(Object.entries(REFUSALS))('that %s refuses everything', async (_name, authorize) => {
    const monitor = await twoTenants();
    const client = await serve(makeApp, monitor, { authorize, ...WITH_EVERY_ENDPOINT, ...quiet });
    for (const { method, path } of ROUTES) {
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
      ROUTES.map(({ method, path }) => client.ask(method, path, { leaveStreams: true })),
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

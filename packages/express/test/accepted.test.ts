import { request, type RequestListener, type ServerResponse } from 'node:http';
import { describe, expect, it, jest } from '@jest/globals';
import { MemoryStore, type Task, TaskMonitor } from '@task-monitor/core';
import { type AcceptedOptions, createTaskHandler, type WireTask } from '@task-monitor/http';
import express5 from 'express';
import express4 from 'express4';
import { type TaskRouterOptions, taskRouter } from '../src/index.js';
import type { Client, Reply } from './client.js';
import { FollowedStore } from './followed-store.js';
import { clientOf } from './served.js';

// Shorter than the 60 s that the requests would wait: an answer at their own end is none.
jest.setTimeout(55_000);

interface Host {
  readonly monitor: TaskMonitor;
  /** What `POST /ingest` answers with. */
  readonly task: Task;
  readonly router?: TaskRouterOptions;
  readonly call?: AcceptedOptions;
  /** Called before, with the response. */
  readonly before?: (res: ServerResponse) => void;
  /** Called with what became of the call. */
  readonly after?: (answered: Promise<void>) => void;
}

/** A back end with an endpoint of its own, `POST /ingest`, and the API at `/tasks`. */
const HOSTS: Readonly<Record<string, (host: Host) => RequestListener>> = {
  'Express 4': (host) => {
    const app = express4();
    const tasks = taskRouter(host.monitor, host.router);
    app.use('/tasks', tasks);
    app.use(express4.json());
    app.post('/ingest', (_req, res) => answer(host, res, tasks.accepted));
    return app;
  },
  'Express 5': (host) => {
    const app = express5();
    const tasks = taskRouter(host.monitor, host.router);
    app.use('/tasks', tasks);
    app.use(express5.json());
    app.post('/ingest', (_req, res) => answer(host, res, tasks.accepted));
    return app;
  },
  'node:http': (host) => {
    const handle = createTaskHandler(host.monitor, host.router);
    return (req, res) => {
      if (req.url === '/ingest') answer(host, res, handle.accepted);
      else void handle(req, res, (req.url ?? '/').replace('/tasks', ''));
    };
  },
};

function answer(
  { task, call, before, after }: Host,
  res: ServerResponse,
  accepted: (res: ServerResponse, task: Task, options?: AcceptedOptions) => Promise<void>,
): void {
  before?.(res);
  const answered = accepted(res, task, call);
  answered.catch(() => {});
  after?.(answered);
}

/** Below `/tasks` the answers are those that are documented; the rest is the host's own. */
function clientOfHost(listener: RequestListener): Promise<Client> {
  return clientOf(listener, '', ['/tasks']);
}

function post(client: Client, prefer?: string): Promise<Reply> {
  const headers = {
    'Content-Type': 'application/json',
    ...(prefer !== undefined && { Prefer: prefer }),
  };
  return client.ask('POST', '/ingest', { headers, body: '{"videos":["dQw4w9WgXcQ"]}' });
}

async function registered(
  store = new MemoryStore(),
): Promise<{ monitor: TaskMonitor; task: Task }> {
  const monitor = new TaskMonitor({ store });
  return { monitor, task: await monitor.register({ id: 'task-1', type: 'ingest' }) };
}

/** What the call rejects with; nothing is answered then. */
async function failureOf(makeHost: (host: Host) => RequestListener, host: Host): Promise<unknown> {
  const failed = new Promise<unknown>((resolve, reject) => {
    const after = (answered: Promise<void>): void => void answered.then(reject, resolve);
    clientOfHost(makeHost({ ...host, after })).then((client) => {
      post(client).catch(() => {});
    }, reject);
  });
  return failed;
}

describe.each(Object.entries(HOSTS))('accepted: %s', (_, makeHost) => {
  it('answers 202 with the task and where to ask for it', async () => {
    const { monitor, task } = await registered();
    const client = await clientOfHost(makeHost({ monitor, task }));
    const { status, headers, body } = await post(client);
    expect(status).toBe(202);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      location: '/tasks/task-1',
      'content-location': '/tasks/task-1',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['retry-after']).toMatch(/^([1-9]|[1-5]\d|60)$/);
    expect(headers).not.toHaveProperty('preference-applied');
    const got = await client.get(String(headers.location));
    expect([got.status, got.body, got.headers['etag']]).toEqual([200, body, headers['etag']]);
    expect(Object.keys(got.json<WireTask>())).toHaveLength(9);
  });

  it('waits as long as the client prefers, and answers 200 when the task is finished by then', async () => {
    const store = new FollowedStore();
    const { monitor, task } = await registered(store);
    const client = await clientOfHost(makeHost({ monitor, task }));
    const replies = [post(client, 'respond-async, wait=30'), post(client, 'wait=1000')];
    await store.followed();
    const other = new TaskMonitor({ store, closeStore: false });
    await other.start('task-1');
    await other.fail('task-1', 'no captions');
    const [reply, clamped] = await Promise.all(replies);
    expect([reply?.status, reply?.json<WireTask>()]).toMatchObject([
      200,
      { status: 'failed', error_message: 'no captions' },
    ]);
    expect(reply?.headers['preference-applied']).toBe('respond-async, wait=30');
    expect(clamped?.headers['preference-applied']).toBe('wait=60');
    expect(reply?.headers).not.toHaveProperty('retry-after');
    expect(reply?.headers.location).toBe('/tasks/task-1');
    await store.left();
    await other.close();
  });

  it('answers 202 with the task as it is by then when it is not', async () => {
    const { monitor, task } = await registered();
    await monitor.start('task-1');
    const client = await clientOfHost(makeHost({ monitor, task }));
    const reply = await post(client, 'wait=1');
    expect([reply.status, reply.json<WireTask>().status]).toEqual([202, 'running']);
    expect(reply.headers['preference-applied']).toBe('wait=1');
    expect(reply.headers['retry-after']).toBeDefined();
  });

  it.each(['wait=0', 'wait=ten', 'wait=-1', 'return=minimal', '"', 'respond-async'])(
    'does not wait for Prefer: %s',
    async (prefer) => {
      const { monitor, task } = await registered();
      const reply = await post(await clientOfHost(makeHost({ monitor, task })), prefer);
      expect(reply.status).toBe(202);
      const applied = prefer === 'respond-async' ? prefer : undefined;
      expect(reply.headers['preference-applied']).toBe(applied);
    },
  );

  it('answers 200 at once with a task that is finished, and asks no store for that', async () => {
    const { monitor } = await registered();
    const task = await monitor.cancel('task-1');
    await monitor.close();
    const reply = await post(await clientOfHost(makeHost({ monitor, task })), 'wait=60');
    expect([reply.status, reply.json<WireTask>().status]).toEqual([200, 'cancelled']);
    expect(reply.headers).not.toHaveProperty('preference-applied');
  });

  it.each([
    [{ at: '/api/tasks' }, undefined, '/api/tasks/task-1'],
    [{ at: '/api/tasks/' }, undefined, '/api/tasks/task-1'],
    [{ at: '/' }, undefined, '/task-1'],
    [{ at: '/a' }, { at: 'https://example.org/b' }, 'https://example.org/b/task-1'],
  ])('says where the API is by %j and %j: %s', async (router, call, location) => {
    const host = { ...(await registered()), router, ...(call && { call }) };
    const { headers } = await post(await clientOfHost(makeHost(host)));
    expect(headers.location).toBe(location);
  });

  it.each([{ at: 7 }, { at: '/a b' }, { at: '/a\r\nSet-Cookie: b=c' }, { mount: '/tasks' }])(
    'refuses the options %j',
    async (call) => {
      const error = await failureOf(makeHost, { ...(await registered()), call: call as object });
      expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
    },
  );

  it('refuses what is no task, such as a run', async () => {
    const { monitor, task } = await registered();
    const error = await failureOf(makeHost, { monitor, task: { task } as unknown as Task });
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('leaves nothing behind of a client that goes away while it waits, and writes nothing', async () => {
    const store = new FollowedStore();
    const { monitor, task } = await registered(store);
    const responses: ServerResponse[] = [];
    const before = (res: ServerResponse): void => void responses.push(res);
    const outcomes: Promise<void>[] = [];
    const after = (promise: Promise<void>): void => void outcomes.push(promise);
    const { port } = await clientOfHost(makeHost({ monitor, task, before, after }));
    const req = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/ingest',
      headers: { Prefer: 'wait=60', 'Content-Type': 'application/json' },
      agent: false,
    });
    req.on('error', () => {});
    req.end('{}');
    await store.followed();
    req.destroy();
    await store.left();
    await Promise.all(outcomes);
    expect(responses.map((res) => res.headersSent)).toEqual([false]);
  });

  it('leaves an answer alone that somebody else gave meanwhile', async () => {
    const store = new FollowedStore();
    const { monitor, task } = await registered(store);
    const responses: ServerResponse[] = [];
    const before = (res: ServerResponse): void => void responses.push(res);
    const outcomes: Promise<void>[] = [];
    const after = (promise: Promise<void>): void => void outcomes.push(promise);
    const client = await clientOfHost(makeHost({ monitor, task, before, after }));
    const reply = post(client, 'wait=60');
    await store.followed();
    // As a middleware does that gives up on what takes long.
    responses[0]?.writeHead(504).end();
    expect((await reply).status).toBe(504);
    await store.left();
    await Promise.all(outcomes);
  });

  it('answers 202 at once when as many wait as may, or when the monitor is closed', async () => {
    const store = new FollowedStore();
    const { monitor, task } = await registered(store);
    const told: string[] = [];
    const onError = (_error: unknown, where: string): void => void told.push(where);
    const router = { maxStreams: 1, onError };
    const client = await clientOfHost(makeHost({ monitor, task, router }));
    const first = post(client, 'wait=60');
    await store.followed();
    const second = await post(client, 'wait=60');
    expect([second.status, told]).toEqual([202, []]);
    await monitor.close();
    expect((await first).status).toBe(202);
    expect((await post(client, 'wait=60')).status).toBe(202);
    expect(told).toEqual(['waiting for task "task-1"']);
  });
});

describe('accepted', () => {
  it('is for tasks of the monitor, whoever runs them', async () => {
    const monitor = new TaskMonitor();
    const tasks = taskRouter(monitor);
    const app = express5();
    app.post('/ingest', async (_req, res) => {
      const run = await monitor.run({ type: 'ingest' }, () => 'done');
      await tasks.accepted(res, run.task);
    });
    const reply = await post(await clientOfHost(app), 'wait=60');
    expect([reply.status, reply.json<WireTask>().status]).toEqual([200, 'completed']);
    await monitor.close();
  });
});

import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { FaultStore } from '@task-monitor/core/testing';
import type { WireFullTask, WireProblem, WireTask } from '@task-monitor/http';
import type { TaskRouterOptions } from '../src/index.js';
import { Client, type Reply } from './client.js';
import { FollowedStore } from './followed-store.js';
import { type MakeApp, serve, VERSIONS } from './served.js';

// Shorter than the 60 s that the requests would wait: an answer at their own end is none.
jest.setTimeout(55_000);

interface Waiting {
  readonly store: FollowedStore;
  readonly monitor: TaskMonitor;
  readonly client: Client;
  readonly reply: Promise<Reply>;
}

/** A request that waits for `task-1`, which runs. */
async function waiting(
  makeApp: MakeApp,
  query: string,
  options?: TaskRouterOptions,
): Promise<Waiting> {
  const store = new FollowedStore();
  const monitor = new TaskMonitor({ store });
  await monitor.register({ id: 'task-1', tags: ['a'] });
  await monitor.start('task-1');
  const client = await serve(makeApp, monitor, options);
  const reply = client.get(`/task-1?${query}`);
  await store.followed();
  return { store, monitor, client, reply };
}

/** Allows everything, and tells when it was asked so often: by then that many requests know the task as it is. */
function askedTimes(times: number): { authorize: () => boolean; reached: Promise<void> } {
  let reach = (): void => {};
  const reached = new Promise<void>((resolve) => (reach = resolve));
  let asked = 0;
  const authorize = (): boolean => {
    if (++asked === times) reach();
    return true;
  };
  return { authorize, reached };
}

describe.each(VERSIONS)('a request that waits for a change: %s', (_, makeApp) => {
  it('is answered by a change that another monitor on the store made', async () => {
    const { store, reply } = await waiting(makeApp, 'wait=60');
    const other = new TaskMonitor({ store, closeStore: false });
    await other.progress('task-1', 'half of it');
    const answer = await reply;
    expect([answer.status, answer.json<WireTask>().progress]).toEqual([200, 'half of it']);
    expect(answer.headers['etag']).toBeDefined();
    await store.left();
    await other.close();
  });

  it('is answered with the tag of before, too, and by HEAD', async () => {
    const { store, monitor, client, reply } = await waiting(makeApp, 'wait=60');
    const headers = { 'If-None-Match': String((await client.get('/task-1')).headers['etag']) };
    const more = [
      client.get('/task-1?wait=60', headers),
      client.ask('HEAD', '/task-1?wait=60', { headers }),
    ];
    await monitor.complete('task-1');
    const replies = await Promise.all([reply, ...more]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(replies[1]?.json<WireTask>().status).toBe('completed');
    await store.left();
  });

  it('waits on where only lines of output were added, unless everything is asked for', async () => {
    const { authorize, reached } = askedTimes(2);
    const { monitor, client, reply } = await waiting(makeApp, 'wait=60', { authorize });
    const full = client.get('/task-1?wait=60&view=full');
    await reached;
    await monitor.log('task-1', 'a line');
    const answer = await full;
    expect([answer.status, answer.json<WireFullTask>().version]).toEqual([200, 3]);
    expect(answer.headers).not.toHaveProperty('etag');
    await monitor.complete('task-1');
    expect((await reply).json<WireTask>().status).toBe('completed');
  });

  it('is 404 when the task is removed', async () => {
    const followed = new FollowedStore();
    const store = new FaultStore(followed);
    const monitor = new TaskMonitor({ store, retention: false });
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    const reply = client.get('/task-1?wait=60');
    await followed.followed();
    // Told of the end of the task the request asks for it, and is held up until it is removed.
    store.set('get', 'delay');
    const other = new TaskMonitor({ store: followed, closeStore: false });
    await other.cancel('task-1');
    await other.remove('task-1');
    await other.close();
    store.set('get', 'ok');
    store.release('get');
    expect((await reply).status).toBe(404);
    await followed.left();
  });

  it('is answered only as far as authorize still allows', async () => {
    let filter = { tag: 'a' };
    const hidden = await waiting(makeApp, 'wait=60', { authorize: () => ({ filter }) });
    filter = { tag: 'b' };
    await hidden.monitor.complete('task-1');
    expect((await hidden.reply).status).toBe(404);
    let mayRead = true;
    const refused = await waiting(makeApp, 'wait=60', { authorize: () => mayRead });
    mayRead = false;
    await refused.monitor.complete('task-1');
    expect((await refused.reply).status).toBe(403);
  });

  it('is 503 when the monitor is closed', async () => {
    const store = new FollowedStore();
    const monitor = new TaskMonitor({ store });
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor, { onError: () => {} });
    const reply = client.get('/task-1?wait=60');
    await store.followed();
    await monitor.close();
    const answer = await reply;
    expect([answer.status, answer.json<WireProblem>().code]).toEqual([503, 'MONITOR_CLOSED']);
    expect(answer.headers['retry-after']).toBeDefined();
  });

  it('is 503 when the store does not answer in the end', async () => {
    const followed = new FollowedStore();
    const store = new FaultStore(followed);
    const monitor = new TaskMonitor({ store, retention: false });
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor, { requestTimeoutMs: 200, onError: () => {} });
    const reply = client.get('/task-1?wait=1');
    await followed.followed();
    store.set('get', 'hang');
    expect((await reply).json<WireProblem>().code).toBe('STORE_UNAVAILABLE');
  });

  it('is refused with 503 beyond as many as may wait, until one has gone', async () => {
    const { monitor, client, reply } = await waiting(makeApp, 'wait=60', {
      maxStreams: 1,
      onError: () => {},
    });
    const refused = await client.get('/task-1?wait=60');
    expect([refused.status, refused.json<WireProblem>().code]).toEqual([503, 'TOO_MANY_WAITING']);
    expect((await client.get('/task-1')).status).toBe(200);
    await monitor.progress('task-1', 'half of it');
    await reply;
    const next = client.get('/task-1?wait=60');
    await monitor.complete('task-1');
    expect((await next).json<WireTask>().status).toBe('completed');
  });

  it('does not keep the others waiting: 100 at once, and all of them are told', async () => {
    const store = new FollowedStore();
    const monitor = new TaskMonitor({ store });
    await monitor.register({ id: 'task-1' });
    const { authorize, reached } = askedTimes(100);
    const { port } = await serve(makeApp, monitor, { authorize });
    const client = new Client(port, '/tasks', ['/tasks'], 101);
    const replies = Array.from({ length: 100 }, () => client.get('/task-1?wait=60'));
    await reached;
    await store.followed();
    expect((await client.get('/stats')).status).toBe(200);
    await monitor.cancel('task-1');
    for (const reply of await Promise.all(replies))
      expect([reply.status, reply.json<WireTask>().status]).toEqual([200, 'cancelled']);
    await store.left();
    client.close();
  });
});

describe.each(VERSIONS)('a client that goes away while it waits: %s', (_, makeApp) => {
  it('leaves no watcher behind', async () => {
    const store = new FollowedStore();
    const monitor = new TaskMonitor({ store });
    await monitor.register({ id: 'task-1' });
    const { authorize, reached } = askedTimes(20);
    const { port } = await serve(makeApp, monitor, { authorize });
    const asked = Array.from({ length: 20 }, () => {
      const req = request({ host: '127.0.0.1', port, path: '/tasks/task-1?wait=60', agent: false });
      req.on('error', () => {});
      return req.end();
    });
    await reached;
    await store.followed();
    for (const req of asked) req.destroy();
    await store.left();
  });

  it('is noticed also behind an answer that waits before it on its connection', async () => {
    const store = new FollowedStore();
    const monitor = new TaskMonitor({ store });
    await monitor.register({ id: 'task-1' });
    const { authorize, reached } = askedTimes(2);
    const { port } = await serve(makeApp, monitor, { authorize });
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /tasks/task-1?wait=60 HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2));
    await reached;
    await store.followed();
    socket.destroy();
    await store.left();
  });
});

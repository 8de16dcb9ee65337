import { describe, expect, it, jest } from '@jest/globals';
import { MemoryStore, TaskMonitor } from '@task-monitor/core';
import type { WireFullTask, WireProblem, WireTask } from '@task-monitor/http';
import type { Client, Reply } from './client.js';
import { serve, VERSIONS } from './served.js';

// Shorter than the 60 s that the requests would wait: an answer at their own end is none.
jest.setTimeout(55_000);

async function tagAt(client: Client, path: string): Promise<string> {
  return String((await client.get(path)).headers['etag']);
}

function ask(client: Client, path: string, tag: string): Promise<Reply> {
  return client.get(path, { 'If-None-Match': tag });
}

describe.each(VERSIONS)('the entity tag of a task: %s', (_, makeApp) => {
  it('is answered with 304 and no body as long as the task is the same, and changes with it', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    const first = await client.get('/task-1');
    const tag = String(first.headers['etag']);
    expect(tag).toMatch(/^"[\w-]{22}"$/);
    const same = await ask(client, '/task-1', tag);
    expect([same.status, same.body, same.headers['etag']]).toEqual([304, '', tag]);
    expect(same.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(same.headers).not.toHaveProperty('content-type');
    expect(same.headers).not.toHaveProperty('content-length');
    expect(same.headers).not.toHaveProperty('transfer-encoding');
    await monitor.start('task-1');
    const changed = await ask(client, '/task-1', tag);
    expect([changed.status, changed.json<WireTask>().status]).toEqual([200, 'running']);
    expect(changed.headers['etag']).not.toBe(tag);
    expect((await ask(client, '/task-1', String(changed.headers['etag']))).status).toBe(304);
  });

  it('is found in a list, weak ones and * included, and nowhere else', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    const tag = await tagAt(client, '/task-1');
    for (const header of [`"a", ${tag}`, `W/${tag}`, `"a",W/"b" , W/${tag}`, '*'])
      expect([header, (await ask(client, '/task-1', header)).status]).toEqual([header, 304]);
    for (const header of [
      '',
      '"a"',
      tag.slice(1, -1),
      `"x${tag.slice(1)}`,
      `${tag.slice(0, -1)}x"`,
    ])
      expect([header, (await ask(client, '/task-1', header)).status]).toEqual([header, 200]);
    expect((await ask(client, '/task-2', '*')).status).toBe(404);
  });

  it('is told to HEAD, which is 304 as well', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    const tag = await tagAt(client, '/task-1');
    expect((await client.ask('HEAD', '/task-1')).headers['etag']).toBe(tag);
    const headers = { 'If-None-Match': tag };
    expect((await client.ask('HEAD', '/task-1', { headers })).status).toBe(304);
  });

  it('is not there with everything that is known, and on no other answer', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    for (const path of ['/task-1?view=full', '/all', '/stats', '/task-1/output', '/task-2']) {
      const reply = await ask(client, path, '*');
      expect([path, reply.status === 304, reply.headers['etag']]).toEqual([path, false, undefined]);
    }
  });

  it('is another for other timestamps, and for another task of this id', async () => {
    const tags = [];
    for (const timestamps of ['rfc3339', 'documented'] as const) {
      // As after a restart, that forgets what is in memory.
      for (const store of [new MemoryStore(), new MemoryStore()]) {
        const monitor = new TaskMonitor({ store });
        await monitor.register({ id: 'other-2' });
        if (tags.length % 2 === 1) await monitor.register({ id: 'other-3' });
        await monitor.register({ id: 'task-1' });
        tags.push(await tagAt(await serve(makeApp, monitor, { timestamps }), '/task-1'));
      }
    }
    expect(new Set(tags).size).toBe(4);
  });

  it('changes with progress that is yet to be written, and not with lines of output', async () => {
    const monitor = new TaskMonitor({ progressIntervalMs: 60_000 });
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    await monitor.progress('task-1', 'written');
    const client = await serve(makeApp, monitor);
    const tag = await tagAt(client, '/task-1');
    await monitor.log('task-1', 'a line');
    expect((await ask(client, '/task-1', tag)).status).toBe(304);
    await monitor.progress('task-1', 'not written yet');
    const reply = await ask(client, '/task-1', tag);
    expect([reply.status, reply.json<WireTask>().progress]).toEqual([200, 'not written yet']);
    await monitor.close();
  });
});

describe.each(VERSIONS)('GET /{task_id}?wait: %s', (_, makeApp) => {
  it.each(['61', '-1', '1.5', 'x', '', '5&wait=5'])('refuses ?wait=%s', async (wait) => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    const reply = await client.get(`/task-1?wait=${wait}`);
    expect(reply.status).toBe(400);
    expect(reply.json<WireProblem>().errors?.[0]?.parameter).toBe('wait');
  });

  it('is answered at once where the task is another already, is finished, or is not there', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    expect((await ask(client, '/task-1?wait=60', '"of-before"')).status).toBe(200);
    expect((await client.get('/task-9?wait=60')).status).toBe(404);
    await monitor.cancel('task-1');
    const finished = await client.get('/task-1?wait=60');
    expect([finished.status, finished.json<WireTask>().status]).toEqual([200, 'cancelled']);
    const tag = String(finished.headers['etag']);
    expect((await ask(client, '/task-1?wait=60', tag)).status).toBe(304);
    expect((await client.get('/task-1?wait=60&view=full')).status).toBe(200);
  });

  it('is answered at the limit with what is true then, whatever requestTimeoutMs is', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor, { requestTimeoutMs: 500 });
    const tag = await tagAt(client, '/task-1');
    const startedAt = performance.now();
    const replies = await Promise.all([
      ask(client, '/task-1?wait=1', tag),
      client.get('/task-1?wait=1'),
      client.get('/task-1?wait=1&view=full'),
    ]);
    expect(performance.now() - startedAt).toBeGreaterThan(990);
    expect(replies.map(({ status }) => status)).toEqual([304, 200, 200]);
    expect(replies[2]?.json<WireFullTask>().version).toBe(1);
  });
});

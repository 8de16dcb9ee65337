import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { WireProblem } from '@task-monitor/http';
import { sendRaw, statusesIn } from './raw-socket.js';
import { clientOf, serve, VERSIONS } from './served.js';

async function oneTask(): Promise<TaskMonitor> {
  const monitor = new TaskMonitor();
  await monitor.register({ id: 'task-1' });
  await monitor.start('task-1');
  return monitor;
}

const READS = [
  '/stats',
  '/running',
  '/pending',
  '/completed',
  '/failed',
  '/cancelled',
  '/all',
  '/count',
  '/count/running',
  '/count/pending',
  '/count/completed',
  '/count/failed',
  '/count/cancelled',
  '/task-1',
  '/task-1/output',
  '/openapi.json',
];

const NOWHERE: readonly (readonly [string, number])[] = [
  ['/', 404],
  ['', 404],
  ['//', 404],
  ['//stats', 404],
  ['/stats/', 404],
  ['/stats//', 404],
  ['/Stats', 404],
  ['/STATS', 404],
  ['/st%61ts', 404],
  ['/stats%00', 404],
  ['/stats%2f', 404],
  ['/stats.json', 404],
  ['/stats;a=1', 404],
  ['/count/', 404],
  ['/count/unknown', 404],
  ['/count//running', 404],
  ['/count/running/', 404],
  ['/count%2Frunning', 404],
  ['/task-1/', 404],
  ['/task-1/output/', 404],
  ['/task-1/unknown', 404],
  ['/metrics', 404],
  ['/ui', 404],
  ['/ui/', 404],
  ['/ui/app.js', 404],
  ['/ui/events', 404],
  ['/output', 404],
  ['//output', 404],
  ['/TASK-1', 404],
  ['/%00', 404],
  ['/task-1%00', 404],
  ['/..%2f', 404],
  ['/..%2f..%2fetc%2fpasswd', 404],
  ['/..', 404],
  ['/.', 404],
  ['/../tasks/stats', 404],
  ['/stats/../stats', 404],
  ['/%5c..%5c', 404],
  ['/__proto__', 404],
  ['/constructor', 404],
  ['/hasOwnProperty', 404],
  ['/toString', 404],
  ['/{task_id}', 404],
  ['/%7Btask_id%7D', 404],
  ['/:id', 404],
  ['/*', 404],
  ['/null', 404],
  ['/%F0%9F%92%A9', 404],
  ['/%ED%9F%BF', 404],
  [`/${'1'.repeat(129)}`, 404],
  [`/${'1'.repeat(10_240)}`, 404],
  ['/%E0%A4%A', 400],
  ['/%', 400],
  ['/%zz', 400],
  ['/%FF', 400],
  ['/%ED%A0%80', 400],
];

describe.each(VERSIONS)('paths: %s', (_, makeApp) => {
  it.each(NOWHERE.map(([path, status]) => [path.slice(0, 40), path, status] as const))(
    'have nothing at "%s"',
    async (_shown, path, status) => {
      const reply = await (await serve(makeApp, await oneTask())).get(path);
      expect(reply.status).toBe(status);
      expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(reply.json<WireProblem>()).toMatchObject({ status, type: 'about:blank' });
      expect(reply.body.length).toBeLessThan(1_200);
    },
  );

  it('name the task that is not found', async () => {
    const client = await serve(makeApp, await oneTask());
    const problem = (await client.get('/task-2')).json<WireProblem>();
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'Task not found: task-2',
      code: 'TASK_NOT_FOUND',
    });
  });

  it('find a task by its percent-encoded id', async () => {
    const client = await serve(makeApp, await oneTask());
    expect((await client.get('/t%61sk%2D1')).status).toBe(200);
  });

  it('are found by a request target with scheme and host', async () => {
    const { port } = await serve(makeApp, await oneTask());
    const head = `Host: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
    const target = `http://127.0.0.1:${port}/tasks/stats`;
    expect(statusesIn(await sendRaw(port, `GET ${target} HTTP/1.1\r\n${head}`))).toEqual([200]);
  });

  it('leave everything outside of the mount to the application', async () => {
    const app = makeApp([{ path: '/tasks', monitor: await oneTask() }]);
    const client = await clientOf(app, '', ['/tasks']);
    const { status, headers } = await client.get('/tasksstats');
    expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  });
});

describe.each(VERSIONS)('methods: %s', (_, makeApp) => {
  it.each([...READS, '/task-99', '/cleanup', '/stats/', '/%FF', '/all?limit=x', '/all?limit=1'])(
    'answer HEAD %s with the headers of GET alone',
    async (path) => {
      const client = await serve(makeApp, await oneTask());
      const [get, head] = [await client.get(path), await client.ask('HEAD', path)];
      const headers = { ...get.headers };
      delete headers.date;
      expect(head.status).toBe(get.status);
      expect(head.headers).toMatchObject(headers);
      expect(head.headers['content-length']).toBe(String(Buffer.byteLength(get.body)));
      expect(head.body).toBe('');
    },
  );

  it('are named by Allow for OPTIONS', async () => {
    const client = await serve(makeApp, await oneTask());
    for (const path of READS) {
      const { status, headers, body } = await client.ask('OPTIONS', path);
      expect([status, headers.allow, body]).toEqual([204, 'GET, HEAD, OPTIONS', '']);
    }
    expect((await client.ask('OPTIONS', '/cleanup')).headers.allow).toBe('DELETE, OPTIONS');
    expect((await client.ask('OPTIONS', '/a/b')).status).toBe(404);
  });

  it('answer any other with 405 and Allow', async () => {
    const client = await serve(makeApp, await oneTask());
    const others = ['POST', 'PUT', 'PATCH', 'TRACE', 'PROPFIND', 'PURGE', 'QUERY', 'M-SEARCH'];
    for (const path of READS) {
      for (const method of [...others, 'DELETE']) {
        const reply = await client.ask(method, path);
        expect([path, method, reply.status]).toEqual([path, method, 405]);
        expect(reply.headers.allow).toBe('GET, HEAD, OPTIONS');
        expect(reply.json<WireProblem>()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
      }
    }
    for (const method of ['GET', 'HEAD', ...others]) {
      const { status, headers } = await client.ask(method, '/cleanup');
      expect([method, status, headers.allow]).toEqual([method, 405, 'DELETE, OPTIONS']);
    }
  });

  it('do not echo what TRACE sends', async () => {
    const client = await serve(makeApp, await oneTask());
    const { body } = await client.ask('TRACE', '/stats', { headers: { Cookie: 'sid=canary' } });
    expect(body).not.toContain('canary');
  });

  it('leave unknown ones to the server', async () => {
    const { port } = await serve(makeApp, await oneTask());
    const answer = await sendRaw(port, 'FROB /tasks/stats HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(statusesIn(answer)).toEqual([400]);
  });
});

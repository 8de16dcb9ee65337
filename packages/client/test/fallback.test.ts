import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import express, { type RequestHandler } from 'express';
import { TaskClient } from '../src/index.js';
import { lineOf } from './line-of.js';
import { appOf, baseUrl, closeLater, TestServer } from './task-server.js';

type Answer = (req: IncomingMessage, res: ServerResponse) => unknown;

const QUICK = { firstByteMs: 300, silenceMs: 300, maxRetryMs: 5, pollMs: 5 };

/** For servers that answer at once: what a busy machine takes is no silence. */
const PATIENT = { silenceMs: 1_500, maxRetryMs: 5, pollMs: 5 };

/** An application whose streams are answered by `answer`, as what lies between would. */
async function served(answer: Answer): Promise<{ monitor: TaskMonitor; client: TaskClient }> {
  const monitor = new TaskMonitor();
  closeLater(() => monitor.close());
  const handler: RequestHandler = (req, res) => void answer(req, res);
  const app = express().get('/tasks/events', handler).get('/tasks/:id/events', handler);
  const { port } = await TestServer.start(app.use(appOf(monitor)));
  return { monitor, client: new TaskClient(baseUrl(port), QUICK) };
}

/** A server of nothing but one stream, one answer for each connection, and the requests that it got. */
async function streaming(
  ...answers: Answer[]
): Promise<{ client: TaskClient; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const { port } = await TestServer.start((req, res) => {
    answers[requests.push(req) - 1]?.(req, res);
  });
  return { client: new TaskClient(baseUrl(port), PATIENT), requests };
}

const stream =
  (text: string, isEnd = true): Answer =>
  (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' }).write(text);
    if (isEnd) res.end();
  };

const change = (name: string, version: number, status: string): string =>
  `event: ${name}\nid: a.${version}\ndata: ${JSON.stringify({ task: { task_id: 'task-1', number: 1, version, status } })}\n\n`;

const SNAPSHOT = change('snapshot', 1, 'running');
const COMPLETED = change('task.completed', 2, 'completed');

const UNUSABLE: readonly (readonly [string, Answer])[] = [
  ['nothing gets through', () => {}],
  [
    'only the headers get through',
    (_req, res) => res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
  ],
  ['a page answers', (_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('Hi')],
  ['it falls silent again and again', stream('retry: 5\n\n', false)],
];

describe('where no stream gets through', () => {
  it.each(UNUSABLE)('one task is polled until it is over: %s', async (_, answer) => {
    const { monitor, client } = await served(answer);
    await monitor.register({ id: 'task-1' });
    const lines: string[] = [];
    const watch = client.watch('task-1');
    for await (const event of watch) {
      lines.push(lineOf(event), watch.state.status);
      if (event.type !== 'snapshot') continue;
      if (event.task.status === 'pending') await monitor.start('task-1');
      if (event.task.status === 'running') await monitor.complete('task-1');
    }
    expect(lines).toEqual([
      'snapshot task-1 pending v1',
      'polling',
      'snapshot task-1 running v2',
      'polling',
      'snapshot task-1 completed v3',
      'polling',
    ]);
  });

  it.each(UNUSABLE)('a list is polled, and told when it has changed: %s', async (_, answer) => {
    const { monitor, client } = await served(answer);
    await monitor.register({ id: 'task-1', type: 'ingest' });
    await monitor.register({ id: 'task-2' });
    const watch = client.watch({ type: 'ingest', output: true });
    expect(lineOf((await watch.next()).value)).toBe('snapshot task-1');
    const next = watch.next();
    await monitor.register({ id: 'task-3', type: 'ingest' });
    expect(lineOf((await next).value)).toBe('snapshot task-3 task-1');
    expect(watch.state.status).toBe('polling');
    await watch.return();
  });

  it('what is there in place of Task Monitor is told', async () => {
    const { port } = await TestServer.start((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/html' }).end('<form>Log in</form>');
    });
    await expect(new TaskClient(baseUrl(port)).watch('task-1').next()).rejects.toMatchObject({
      code: 'BAD_ANSWER',
      status: 200,
    });
  });

  it('a task that is not there is told', async () => {
    const { client } = await served(() => {});
    await expect(client.watch('task-1').next()).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  });

  it('a server that lets it wait is asked for the next state, and not again before', async () => {
    let version = 1;
    const asked: string[] = [];
    const changed = new EventTarget();
    const { port } = await TestServer.start((req, res) => {
      const url = req.url ?? '';
      const tag = req.headers['if-none-match'];
      if (url.endsWith('/events')) return void res.writeHead(200).end();
      asked.push(`${url} ${tag ?? ''}`);
      const say = (): void => {
        const status = version === 3 ? 'completed' : 'running';
        const body = JSON.stringify({ task_id: 'task-1', number: 1, version, status });
        const headers = { 'content-type': 'application/json', etag: `"${version}"` };
        res.writeHead(200, headers).end(body);
      };
      if (tag !== `"${version}"`) return say();
      // The first wait is too long, and the next one is not.
      if (asked.length === 3) return void res.writeHead(304, { etag: tag }).end();
      void once(changed, 'change').then(say);
    });
    const watch = new TaskClient(baseUrl(port), PATIENT).watch('task-1');
    expect(lineOf((await watch.next()).value)).toBe('snapshot task-1 running v1');
    const next = watch.next();
    while (asked.length < 4) await new Promise(setImmediate);
    version = 3;
    changed.dispatchEvent(new Event('change'));
    expect(lineOf((await next).value)).toBe('snapshot task-1 completed v3');
    expect((await watch.next()).done).toBe(true);
    expect(asked).toEqual([
      '/tasks/task-1 ',
      '/tasks/task-1?view=full ',
      '/tasks/task-1?wait=25 "1"',
      '/tasks/task-1?view=full ',
      '/tasks/task-1?wait=25 "1"',
      '/tasks/task-1?view=full ',
    ]);
  });
});

describe('a stream', () => {
  it('that falls silent once is connected anew, where it was', async () => {
    const { client, requests } = await streaming(stream(SNAPSHOT, false), stream(COMPLETED));
    const lines: string[] = [];
    for await (const event of client.watch('task-1')) lines.push(lineOf(event));
    expect(lines).toEqual(['snapshot task-1 running v1', 'task.completed task-1 completed v2']);
    expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'a.1']);
  });

  it('is told once, however often the server says the same', async () => {
    const progress = change('task.progress', 1, 'running');
    const { client } = await streaming(
      stream(SNAPSHOT + progress + progress),
      stream(SNAPSHOT + COMPLETED + COMPLETED),
    );
    const lines: string[] = [];
    for await (const event of client.watch('task-1')) lines.push(lineOf(event));
    expect(lines).toEqual(['snapshot task-1 running v1', 'task.completed task-1 completed v2']);
  });

  it('goes on after what stands between two events: other events, ids alone, comments', async () => {
    const between =
      ': hi\n\nevent: task.sung\nid: b\ndata: ?\n\nid: c\n\nevent: shutdown\ndata: {}\n\n';
    const { client, requests } = await streaming(stream(SNAPSHOT + between), stream(COMPLETED));
    const lines: string[] = [];
    for await (const event of client.watch('task-1')) lines.push(event.type);
    expect(lines).toEqual(['snapshot', 'task.completed']);
    expect(requests[1]?.headers['last-event-id']).toBe('c');
  });

  it('that is cut off after a reset begins anew, with a snapshot', async () => {
    const reset = 'event: reset\nid: a.9\ndata: {}\n\n';
    const { client, requests } = await streaming(stream(SNAPSHOT + reset), stream(SNAPSHOT));
    const watch = client.watch('task-1');
    const types = [];
    for (let count = 0; count < 3; count++) types.push((await watch.next()).value?.type);
    expect(types).toEqual(['snapshot', 'reset', 'snapshot']);
    expect(requests[1]?.headers['last-event-id']).toBeUndefined();
    await watch.return();
  });

  it('is over at its end, without a final state, too', async () => {
    const end = 'event: end\nid: end.a.1\ndata: {}\n\n';
    const { client } = await streaming(stream(SNAPSHOT + end));
    const lines: string[] = [];
    for await (const event of client.watch('task-1')) lines.push(event.type);
    expect(lines).toEqual(['snapshot']);
  });

  it.each([429, 500, 502, 503])('is tried again after status %j', async (status) => {
    const { client } = await streaming(
      (_req, res) => res.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Sorry</h1>'),
      (_req, res) => res.destroy(),
      stream(COMPLETED),
    );
    expect(lineOf((await client.watch('task-1').next()).value)).toBe(
      'task.completed task-1 completed v2',
    );
  });

  it.each([401, 403, 404, 410])('is not tried again after status %j', async (status) => {
    const { client, requests } = await streaming((_req, res) => res.writeHead(status).end());
    await expect(client.watch('task-1').next()).rejects.toMatchObject({ status });
    expect(requests).toHaveLength(1);
  });

  it('of something else than JSON is an error', async () => {
    const { client } = await streaming(stream('event: snapshot\ndata: {"task":\n\n'));
    await expect(client.watch('task-1').next()).rejects.toMatchObject({
      code: 'BAD_ANSWER',
      message: 'Expected JSON as the data of the event `snapshot`, got "{\\"task\\":".',
    });
  });

  it('waits with its watcher: what takes long is no silence', async () => {
    const { client, requests } = await streaming(stream(SNAPSHOT + COMPLETED, false));
    const watch = client.watch('task-1');
    await watch.next();
    await new Promise((resolve) => setTimeout(resolve, PATIENT.silenceMs + 500));
    expect(lineOf((await watch.next()).value)).toBe('task.completed task-1 completed v2');
    expect(requests).toHaveLength(1);
  });
});

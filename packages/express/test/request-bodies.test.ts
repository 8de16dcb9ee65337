import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { sendRaw, statusesIn } from './raw-socket.js';
import { clientOf, serve, VERSIONS } from './served.js';

const LIMIT = 102_400;

/** One request, and behind it another on the same connection, that is closed after it. */
function twoRequests(head: string, body: string): string {
  const first = `${head} HTTP/1.1\r\nHost: localhost\r\n`;
  const second =
    'GET /tasks/count/running HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  return first + body + second;
}

function withLength(bytes: number): string {
  return `Content-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`;
}

function inChunks(bytes: number): string {
  const chunks: string[] = [];
  for (let left = bytes; left > 0; left -= 16_384) {
    const size = Math.min(left, 16_384);
    chunks.push(`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`);
  }
  return `Transfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`;
}

describe.each(VERSIONS)('bodies: %s', (_, makeApp) => {
  const send = async (text: string): Promise<number[]> => {
    const { port } = await serve(makeApp, new TaskMonitor());
    return statusesIn(await sendRaw(port, text));
  };

  it('of up to 100 KB are ignored', async () => {
    for (const body of [withLength(LIMIT), inChunks(LIMIT), withLength(0), inChunks(0)]) {
      expect(await send(twoRequests('DELETE /tasks/cleanup', body))).toEqual([200, 200]);
      expect(await send(twoRequests('GET /tasks/stats', body))).toEqual([200, 200]);
    }
  });

  it('of more are a 413, after which the connection goes on', async () => {
    for (const bytes of [LIMIT + 1, 10 * LIMIT]) {
      const body = withLength(bytes);
      expect(await send(twoRequests('DELETE /tasks/cleanup', body))).toEqual([413, 200]);
      expect(await send(twoRequests('GET /tasks/stats', body))).toEqual([413, 200]);
      const chunked = twoRequests('DELETE /tasks/cleanup', inChunks(bytes));
      expect(await send(chunked)).toEqual([413, 200]);
    }
  });

  it('of more change nothing', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.cancel('task-1');
    const { port } = await serve(makeApp, monitor);
    for (const body of [withLength(LIMIT + 1), inChunks(LIMIT + 1)]) {
      await sendRaw(port, twoRequests('DELETE /tasks/cleanup?days=0', body));
    }
    expect(await monitor.count()).toBe(1);
  });

  it('leave the connection usable with every other refusal', async () => {
    for (const [head, status] of [
      ['GET /tasks/all?limit=x', 400],
      ['GET /tasks/%FF', 400],
      ['GET /tasks/task-1', 404],
      ['GET /tasks/a/b', 404],
      ['POST /tasks/stats', 405],
    ] as const) {
      expect(await send(twoRequests(head, withLength(5_000)))).toEqual([status, 200]);
      expect(await send(twoRequests(head, inChunks(5_000)))).toEqual([status, 200]);
    }
  });

  it('that announce themselves get their answer', async () => {
    const { port } = await serve(makeApp, new TaskMonitor());
    const text = `DELETE /tasks/cleanup HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n${withLength(3)}`;
    const statuses = statusesIn(
      await sendRaw(port, text.replace('Expect', 'Connection: close\r\nExpect')),
    );
    expect(statuses.at(-1)).toBe(200);
  });

  it('are not looked into', async () => {
    const client = await serve(makeApp, new TaskMonitor());
    const bodies: readonly (readonly [string, Buffer, Record<string, string>?])[] = [
      ['application/json', Buffer.from('{"days": ')],
      ['application/json', Buffer.from('{"days":0,"days":"x"}')],
      ['application/json', Buffer.from('['.repeat(50_000))],
      ['application/json', Buffer.from([0xff, 0xfe, 0x00])],
      ['application/json', Buffer.from('not gzip'), { 'Content-Encoding': 'gzip' }],
      ['application/json', gzipSync(Buffer.alloc(10_000_000)), { 'Content-Encoding': 'gzip' }],
      ['application/x-www-form-urlencoded', Buffer.from('days=0&__proto__[x]=1')],
      ['multipart/form-data', Buffer.from('--')],
      ['', Buffer.from('days=x')],
    ];
    for (const [type, body, more = {}] of bodies) {
      const headers = { 'Content-Type': type, ...more };
      const reply = await client.ask('DELETE', '/cleanup', { headers, body });
      expect([type, reply.body]).toEqual([type, '{"cleaned_tasks":0,"days":7}']);
    }
  });

  it('that express.json() has read already do not matter', async () => {
    const app = makeApp([{ path: '/tasks', monitor: new TaskMonitor() }], { parseJson: true });
    const client = await clientOf(app, '/tasks');
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ days: 0 });
    for (const encoding of [{}, { 'Transfer-Encoding': 'chunked' }]) {
      const given = { headers: { ...headers, ...encoding }, body };
      const reply = await client.ask('DELETE', '/cleanup', given);
      expect(reply.body).toBe('{"cleaned_tasks":0,"days":7}');
    }
  });
});

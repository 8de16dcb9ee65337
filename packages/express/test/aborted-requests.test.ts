import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { MemoryStore, TaskMonitor } from '@task-monitor/core';
import { FakeClock, FaultStore } from '@task-monitor/core/testing';
import { clientOf, serve, VERSIONS } from './served.js';

const START = ' HTTP/1.1\r\nHost: localhost\r\n';

/** What clients have sent when they go away. */
const SENT = [
  `GET /tasks/all${START}`,
  `GET /tasks/all${START}\r\n`,
  `GET /tasks/all${START}\r\n`.repeat(3),
  `DELETE /tasks/cleanup${START}Content-Length: 5000\r\n\r\nxxx`,
  `DELETE /tasks/cleanup${START}Transfer-Encoding: chunked\r\n\r\n5\r\nxx`,
  `DELETE /tasks/cleanup${START}Content-Length: 500000\r\n\r\n`,
  `GET /tasks/all${START}Content-Length: 5000\r\n\r\nxxx`,
  `HEAD /tasks/task-1${START}\r\n`,
];

/** A client that sends this and goes away, in order or by resetting the connection. */
async function sendAndLeave(port: number, text: string, abruptly: boolean): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write(text, resolve));
  const closed = once(socket, 'close');
  if (abruptly) socket.resetAndDestroy();
  else socket.destroy();
  await closed;
}

describe.each(VERSIONS)('clients that go away: %s', (_, makeApp) => {
  // An unhandled error or rejection fails the test by itself.
  it('leave a server behind that answers, 1,000 of them in the middle of a request', async () => {
    const store = new FaultStore(new MemoryStore());
    // However long the clients take: nothing here is late.
    const monitor = new TaskMonitor({ store, clock: new FakeClock() });
    const requestTimeoutMs = 600_000;
    const metadata = { transcript: 'x'.repeat(10_000) };
    for (let number = 1; number <= 20; number++) await monitor.register({ metadata });
    const failed: unknown[] = [];
    const onError = (error: unknown): void => void failed.push(error);
    const client = await serve(makeApp, monitor, { requestTimeoutMs, onError });
    for (let round = 0; round < 20; round++) {
      // Some answers are on their way to a client that is gone, others come too late for it.
      store.set('list', round % 2 === 0 ? 'ok' : 'delay');
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          sendAndLeave(client.port, SENT[index % SENT.length] as string, index % 3 === 0),
        ),
      );
      store.release();
    }
    store.set('list', 'ok');
    expect((await client.get('/all?limit=1')).status).toBe(200);
    expect((await client.delete('/cleanup')).status).toBe(200);
    expect(failed.filter((error) => !/body|BODY/.test(String(error)))).toEqual([]);
  });

  it('during a middleware in front of the router do not keep their request open', async () => {
    let handed = (): void => {};
    const wasHanded = new Promise<void>((resolve) => (handed = resolve));
    const app = makeApp([{ path: '/tasks', monitor: new TaskMonitor() }]);
    const client = await clientOf((req, res) => {
      if (req.method !== 'DELETE') return app(req, res);
      // As a middleware does that looks a session up while the client gives up.
      res.once('close', () => {
        app(req, res);
        handed();
      });
    }, '/tasks');
    const sent = `DELETE /tasks/cleanup${START}Transfer-Encoding: chunked\r\n\r\n5\r\nxx`;
    await sendAndLeave(client.port, sent, true);
    await wasHanded;
    expect((await client.get('/stats')).status).toBe(200);
  });
});

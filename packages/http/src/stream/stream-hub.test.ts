import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Task, TaskMonitor } from '@task-monitor/core';
import { type WireText, WireTexts } from '../wire-texts.js';
import type { FullWireOptions } from '../wire.js';
import { Audience } from './audience.js';
import { StreamClient } from './stream-client.js';
import { StreamHub } from './stream-hub.js';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Counts how often a task is written as text. */
class CountingTexts extends WireTexts {
  count = 0;

  override full(task: Task, options: FullWireOptions): WireText {
    this.count++;
    return super.full(task, options);
  }
}

describe('StreamHub', () => {
  it('writes each change once, however many clients are told', async () => {
    const monitor = new TaskMonitor();
    opened.push(() => monitor.close());
    const texts = new CountingTexts('rfc3339');
    const hub = new StreamHub({
      monitor,
      texts,
      maxStreams: 100,
      lifetimeMs: 3_600_000,
      onError: (error) => {
        throw error;
      },
    });
    const everything = { taskId: null, filter: {}, search: null, scope: {}, withOutput: false };
    const audiences = [everything, { ...everything, filter: { type: 'ingest' } }];
    let served = 0;
    const server = createServer((_req, res) => {
      const audience = new Audience(audiences[served++ % 2] ?? everything);
      const client = new StreamClient(res, audience);
      void hub.start().then((place) => {
        const mark = hub.mark();
        const snapshot = { mark, bytes: Buffer.from(':snapshot\n\n'), tasks: [], isEnd: false };
        const start = { after: null, isOver: false, snapshot: () => Promise.resolve(snapshot) };
        hub.add(client, { place, ...start });
      });
    }).listen(0, '127.0.0.1');
    opened.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const clients = Array.from({ length: 40 }, () => {
      const socket = connect(port, '127.0.0.1').setEncoding('utf8');
      opened.push(() => socket.destroy());
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      let text = '';
      let wake = (): void => {};
      socket.on('data', (chunk: string) => {
        text += chunk;
        wake();
      });
      return async (wanted: string): Promise<string> => {
        while (!text.includes(wanted)) await new Promise<void>((resolve) => (wake = resolve));
        return text;
      };
    });
    await Promise.all(clients.map((until) => until(':snapshot')));
    for (let number = 1; number <= 50; number++)
      await monitor.register({ id: `task-${number}`, type: 'ingest' });
    const texts40 = await Promise.all(clients.map((until) => until('"task-50"')));
    for (const text of texts40) expect(text.match(/^event: task\.registered$/gm)).toHaveLength(50);
    expect(texts.count).toBe(50);
  });
});

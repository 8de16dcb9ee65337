import { describe, expect, it } from '@jest/globals';
import { MemoryStore } from '@task-monitor/core';
import type { WireTask } from '@task-monitor/http';
import type { EventStream, StreamedEvent } from './event-stream.js';
import { aMonitor, openStream } from './opened.js';
import { listen, plainApp } from './served.js';

const CLIENTS = Number(process.env.STREAM_CLIENTS ?? 200);
const STRINGS = Number(process.env.STREAM_STRINGS ?? 2_000);

const open = (port: number, headers?: Record<string, string>): Promise<EventStream> =>
  openStream(port, '/events', headers);

const taskOf = ({ data }: StreamedEvent) => (data as { task: WireTask & { name: string } }).task;

describe('many clients that come back at once', () => {
  class CountingStore extends MemoryStore {
    lists = 0;

    override list(...[request]: Parameters<MemoryStore['list']>): ReturnType<MemoryStore['list']> {
      this.lists++;
      return super.list(request);
    }
  }

  it('share their snapshots', async () => {
    const store = new CountingStore();
    const monitor = aMonitor({ store });
    await monitor.register({ id: 'task-1' });
    const port = await listen(plainApp(monitor));
    const startedAt = performance.now();
    const streams = await Promise.all(Array.from({ length: CLIENTS }, () => open(port)));
    const firsts = await Promise.all(streams.map((stream) => stream.next()));
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(new Set(firsts.map((event) => event?.name))).toEqual(new Set(['snapshot']));
    expect(store.lists).toBeLessThanOrEqual(1 + Math.ceil(seconds * 4));
  });

  it('are each told what they missed, by a server that was not there then', async () => {
    const store = new CountingStore();
    const monitor = aMonitor({ store });
    const before = await open(await listen(plainApp(monitor)));
    await before.next();
    for (let number = 1; number <= 10; number++) await monitor.register({ id: `task-${number}` });
    const headers = { 'Last-Event-ID': before.lastEventId };
    const port = await listen(plainApp(monitor));
    store.lists = 0;
    const told = await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        const stream = await open(port, headers);
        return await stream.until((event) => taskOf(event).task_id === 'task-10');
      }),
    );
    const all = Array.from({ length: 10 }, (_, index) => `task-${index + 1}`);
    for (const events of told) expect(events.map((event) => taskOf(event).task_id)).toEqual(all);
    expect(store.lists).toBe(0);
  });
});

describe('a burst of one task', () => {
  it('is ten reports a second at most, and the end of it', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    const port = await listen(plainApp(monitor));
    const streams = [await open(port), await open(port)];
    for (const stream of streams) await stream.next();
    const startedAt = performance.now();
    for (let current = 1; current <= 30_000; current++) {
      await monitor.progress('task-1', { current, total: 30_000 });
      // The reader of the changes has to have its turn.
      if (current % 50 === 0) await new Promise(setImmediate);
    }
    await monitor.complete('task-1');
    for (const stream of streams) {
      const events = await stream.until(({ name }) => name === 'task.completed');
      // A timer may come a millisecond before its time.
      const tenths = (performance.now() - startedAt) / 99;
      // One at the beginning, and the end itself.
      expect(events.length).toBeLessThanOrEqual(tenths + 2);
      expect(taskOf(events.at(-1) as StreamedEvent).status).toBe('completed');
    }
  });
});

describe('what a task says', () => {
  const PIECES = [
    ...[
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      '\u2028',
      '\u2029',
      '\u0085',
      '\0',
      '\ud800',
      '\ufeff',
      ' ',
      ':',
    ],
    ...['event: task.removed', 'data: {"ids":["x"]}', 'id: 7', 'retry: 1', '"', '\\', '}', '🦆'],
  ];

  it('never begins another line of the stream', async () => {
    const monitor = aMonitor({ store: new MemoryStore({ maxActive: STRINGS + 1 }) });
    const port = await listen(plainApp(monitor));
    const response = await fetch(`http://127.0.0.1:${port}/events`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    let text = '';
    const readTo = async (wanted: string): Promise<void> => {
      while (!text.slice(-100_000).includes(wanted)) {
        const { value, done } = await reader.read();
        if (done) throw new Error('The stream ended.');
        text += decoder.decode(value, { stream: true });
      }
    };
    await readTo('event: snapshot');
    for (let number = 1; number <= STRINGS; number++) {
      // Each three pieces meet, in the end.
      const evil = [number, Math.floor(number / PIECES.length), Math.floor(number / 7), number * 3]
        .map((at) => PIECES[at % PIECES.length])
        .join('');
      await monitor.register({
        id: `task-${number}`,
        name: evil,
        command: [evil],
        metadata: { [evil]: evil },
      });
      if (number % 100 === 0) await readTo(`"task-${number}"`);
    }
    await monitor.register({ id: 'last-1' });
    await readTo('"last-1"');
    await reader.cancel();
    const whole = text.slice(0, text.lastIndexOf('\n\n') + 2);
    expect(whole.split('event: ').length).toBeGreaterThan(STRINGS);
    // What a reader of the standard takes for ends of lines.
    const lines = whole.split(/\r\n|\r|\n/);
    const kinds = new Set(lines.map((line) => line.replace(/^(data|id|retry): .*$/s, '$1')));
    expect(kinds).toEqual(
      new Set(['', 'data', 'id', 'retry', 'event: snapshot', 'event: task.registered']),
    );
    expect(lines.filter((line) => line === 'event: task.registered')).toHaveLength(STRINGS + 1);
    expect(lines.filter((line) => line.startsWith('retry: '))).toHaveLength(1);
  }, 120_000);
});

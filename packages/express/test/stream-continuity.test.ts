import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { MemoryStore } from '@task-monitor/core';
import type { WireListSnapshot } from '@task-monitor/http';
import { EventStream, type StreamedEvent } from './event-stream.js';
import { aMonitor, closeLater, openStream } from './opened.js';
import { EXPRESS, listen, plainApp, serve } from './served.js';

const named = (name: string) => (event: StreamedEvent) => event.name === name;
const namesOf = (events: readonly StreamedEvent[]) => events.map(({ name }) => name);

describe('a stream that was interrupted', () => {
  it('does not begin with what stood before the last client left', async () => {
    const monitor = aMonitor();
    const port = await listen(plainApp(monitor, { maxStreams: 1, onError: () => {} }));
    const first = await openStream(port, '/events');
    await first.next();
    first.close();
    await monitor.register({ id: 'task-1' });
    let again = await openStream(port, '/events');
    while (again.status === 503) again = await openStream(port, '/events');
    expect((await again.next())?.data).toMatchObject({ total_count: 1 });
  });

  it('is told how its task ended, even where the other clients are yet to be told', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    const port = await listen(plainApp(monitor));
    const other = await openStream(port, '/events');
    await other.next();
    const first = await openStream(port, '/task-1/events');
    await first.next();
    first.close();
    await monitor.register({ id: 'task-2' });
    await other.until(named('task.registered'));
    // What comes now is told together with what comes in the next tenth of a second.
    await monitor.complete('task-1');
    const again = await openStream(port, '/task-1/events', { 'Last-Event-ID': first.lastEventId });
    expect(namesOf(await again.rest())).toEqual(['task.completed', 'end']);
  });

  it('does not go on after a reset whose snapshot it never got', async () => {
    const monitor = aMonitor();
    const port = await listen(plainApp(monitor));
    const stream = await openStream(port, '/events', { 'Last-Event-ID': 'nowhere.7' });
    const [reset, snapshot] = await stream.until(named('snapshot'));
    expect([reset?.name, reset?.id]).toEqual(['reset', 'nowhere.7']);
    expect(snapshot?.id).not.toBe('nowhere.7');
  });

  it('is told anew where things stand if it may not see everything, as tasks may be gone that it knew', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'red-1', tags: ['red'] });
    const port = await listen(plainApp(monitor, { authorize: () => ({ filter: { tag: 'red' } }) }));
    const first = await openStream(port, '/events');
    await first.next();
    first.close();
    await monitor.cancel('red-1');
    await monitor.cleanup({ days: 0 });
    const again = await openStream(port, '/events', { 'Last-Event-ID': first.lastEventId });
    const events = await again.until(named('snapshot'));
    expect(namesOf(events)).toEqual(['reset', 'snapshot']);
    expect((events[1]?.data as WireListSnapshot).tasks).toEqual([]);
  });

  it('is sent what it missed no faster than it reads', async () => {
    const monitor = aMonitor();
    const responses: ServerResponse[] = [];
    const app = plainApp(monitor);
    const port = await listen((req, res) => {
      responses.push(res);
      app(req, res);
    });
    const first = await openStream(port, '/events');
    await first.next();
    await monitor.register({ id: 'task-0' });
    await first.next();
    const { lastEventId } = first;
    const metadata = { text: 'x'.repeat(20_000) };
    // Two thousand times 20 KB: more than is kept in the process.
    for (let number = 1; number <= 2_000; number++)
      await monitor.register({ id: `task-${number}`, metadata });
    first.close();
    const again = await openStream(port, '/events', { 'Last-Event-ID': lastEventId });
    const [res] = responses.slice(-1);
    let most = 0;
    const seen: string[] = [];
    while (seen.at(-1) !== 'task-2000') {
      const event = await again.next();
      most = Math.max(most, res?.writableLength ?? 0);
      expect(event?.name).toBe('task.registered');
      seen.push((event?.data as { task: { task_id: string } }).task.task_id);
    }
    expect(seen).toEqual(Array.from({ length: 2_000 }, (_, index) => `task-${index + 1}`));
    expect(most).toBeLessThan(500_000);
  });
});

describe('streams of several clients', () => {
  it('have the statistics of what each may see, whatever others asked for a moment ago', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'red-1', tags: ['red'] });
    await monitor.register({ id: 'blue-1', tags: ['blue'] });
    const port = await listen(
      plainApp(monitor, {
        authorize: ({ headers }) => headers['x-tenant'] !== 'red' || { filter: { tag: 'red' } },
      }),
    );
    const all = await openStream(port, '/events?tag=red');
    const red = await openStream(port, '/events', { 'x-tenant': 'red' });
    const totals = [];
    for (const stream of [all, red])
      totals.push(((await stream.next())?.data as WireListSnapshot).stats.total_tasks);
    expect(totals).toEqual([2, 1]);
  });

  it('are never more than there may be, even when all come at once', async () => {
    const monitor = aMonitor();
    const port = await listen(plainApp(monitor, { maxStreams: 3, onError: () => {} }));
    const streams = await Promise.all(
      Array.from({ length: 10 }, () => openStream(port, '/events')),
    );
    const statuses = streams.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 503, 503, 503, 503, 503, 503, 503]);
  });
});

describe('the end of a server', () => {
  it('waits for no stream once the monitor is closed', async () => {
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    const server = createServer(plainApp(monitor)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const streams = [await openStream(port, '/events'), await openStream(port, '/task-1/events')];
    for (const stream of streams) await stream.next();
    const closed = once(server, 'close');
    server.close();
    await monitor.close();
    await closed;
    for (const stream of streams) expect(namesOf(await stream.rest())).toEqual(['shutdown']);
  });

  it('waits for no connection either that a client would use again after its stream', async () => {
    const monitor = aMonitor();
    const server = createServer(plainApp(monitor)).listen(0, '127.0.0.1');
    server.keepAliveTimeout = 0; // It would wait for ever.
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const agent = new Agent({ keepAlive: true });
    closeLater({ close: () => agent.destroy() });
    const req = request({ host: '127.0.0.1', port, path: '/events', agent }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    res.resume();
    const closed = once(server, 'close');
    server.close();
    await monitor.close();
    await closed;
  });
});

describe('following the store', () => {
  /** A store that tells how many wait for its changes. */
  class WatchedStore extends MemoryStore {
    waiting = 0;
    #onNobody = (): void => {};

    override async changesAfter(
      ...[position, request]: Parameters<MemoryStore['changesAfter']>
    ): ReturnType<MemoryStore['changesAfter']> {
      this.waiting++;
      try {
        return await super.changesAfter(position, request);
      } finally {
        if (--this.waiting === 0) this.#onNobody();
      }
    }

    /** Resolves when nobody waits any more. */
    nobody(): Promise<void> {
      if (this.waiting === 0) return Promise.resolve();
      return new Promise((resolve) => (this.#onNobody = resolve));
    }
  }

  it('ends when nobody has a stream, and begins anew with the next', async () => {
    const store = new WatchedStore();
    const monitor = aMonitor({ store });
    const client = await serve(EXPRESS['Express 5'], monitor);
    await client.ask('HEAD', '/events');
    await store.nobody();
    const stream = await openStream(client.port, '/tasks/events');
    await stream.next();
    // One, as soon as it waits: however many there were before.
    while (store.waiting !== 1) await new Promise(setImmediate);
    stream.close();
    await store.nobody();
    const again = await openStream(client.port, '/tasks/events');
    await again.next();
    await monitor.register({ id: 'task-1' });
    expect((await again.next())?.name).toBe('task.registered');
  });

  it('does not leave anything behind of clients that come and go', async () => {
    const rounds = Number(process.env.STREAM_ROUNDS ?? 500);
    const store = new WatchedStore();
    const monitor = aMonitor({ store });
    const port = await listen(plainApp(monitor, { maxStreams: 20, onError: () => {} }));
    const warnings: string[] = [];
    const warned = ({ name }: Error): number => warnings.push(name);
    process.on('warning', warned);
    let served = 0;
    while (served < rounds) {
      const stream = await EventStream.open(port, '/events');
      if (stream.status === 200) served++;
      stream.close();
    }
    await store.nobody();
    // All twenty places are free again.
    for (let count = 0; count < 20; count++) {
      let stream = await openStream(port, '/events');
      while (stream.status === 503) stream = await openStream(port, '/events');
    }
    expect((await openStream(port, '/events')).status).toBe(503);
    process.off('warning', warned);
    expect(warnings).not.toContain('MaxListenersExceededWarning');
  }, 120_000);
});

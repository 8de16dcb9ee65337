import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryStore, type TaskMonitor } from '@task-monitor/core';
import type { WireListSnapshot } from '@task-monitor/http';
import type { TaskRouterOptions } from '../src/index.js';
import type { EventStream, StreamedEvent } from './event-stream.js';
import { aMonitor, closeLater, openStream } from './opened.js';
import { listen, plainApp } from './served.js';

const EVENTS = 60 * Math.ceil(Number(process.env.STREAM_EVENTS ?? 30_000) / 60);

/** Sixty times a fifth of a second go by: less than after which a client is cut off that does not read. */
const BATCH = EVENTS / 60;

beforeEach(() => {
  // What looks after the clients, and the clock that it reads; all else runs as ever.
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'nextTick',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setTimeout',
      'clearTimeout',
    ],
  });
});
afterEach(() => void jest.useRealTimers());

class FailingStore extends MemoryStore {
  isAway = false;
  #onAsked = (): void => {};

  override async changesAfter(
    ...[position, request]: Parameters<MemoryStore['changesAfter']>
  ): ReturnType<MemoryStore['changesAfter']> {
    this.#onAsked();
    if (this.isAway) throw new Error('The store is away.');
    return super.changesAfter(position, request);
  }

  /** Resolves when it is asked for changes the next time. */
  asked(): Promise<void> {
    return new Promise((resolve) => (this.#onAsked = resolve));
  }
}

async function served(
  store: MemoryStore,
  options: TaskRouterOptions = {},
): Promise<{
  monitor: TaskMonitor;
  port: number;
  responses: ServerResponse[];
  open: () => Promise<EventStream>;
}> {
  const monitor = aMonitor({ store });
  const responses: ServerResponse[] = [];
  const app = plainApp(monitor, options);
  const port = await listen((req, res) => {
    responses.push(res);
    app(req, res);
  });
  const open = async (): Promise<EventStream> => {
    const stream = await openStream(port, '/events');
    expect((await stream.next())?.name).toBe('snapshot');
    return stream;
  };
  return { monitor, port, responses, open };
}

const namesOf = (events: readonly StreamedEvent[]) => events.map(({ name }) => name);

function seconds(count: number): void {
  for (let second = 0; second < count; second++) jest.advanceTimersByTime(1_000);
}

describe('a stream in the course of time', () => {
  it('says something every 15 s, and where to go on', async () => {
    const { monitor, open } = await served(new MemoryStore());
    const [stream, other] = [await open(), await open()];
    const before = stream.silent.length;
    seconds(15);
    await monitor.close();
    await Promise.all([stream.rest(), other.rest()]);
    for (const { silent, lastEventId } of [stream, other])
      expect(silent.slice(before)).toEqual([
        `id: ${lastEventId}`,
        expect.stringMatching(/^retry: \d+$/),
      ]);
  });

  it('ends when its time is over, so that whoever has it is asked anew', async () => {
    const { open } = await served(new MemoryStore(), { streamLifetimeMs: 60_000 });
    const old = await open();
    seconds(30);
    const young = await open();
    seconds(31);
    expect(namesOf(await old.rest())).toEqual(['shutdown']);
    seconds(31);
    expect(namesOf(await young.rest())).toEqual(['shutdown']);
  });

  it('outlives a store that was away for a moment, though nothing changes', async () => {
    const store = new FailingStore();
    const { monitor, open } = await served(store, {
      onError: () => {
        throw new Error('This reporter fails, too.');
      },
    });
    const stream = await open();
    store.isAway = true;
    const failed = store.asked();
    await monitor.register({ id: 'task-1' });
    expect((await stream.next())?.name).toBe('task.registered');
    await failed;
    store.isAway = false;
    // It is asked for what there is, answers, and is asked to wait.
    await store.asked();
    await store.asked();
    seconds(20);
    await monitor.register({ id: 'task-2' });
    expect((await stream.next())?.name).toBe('task.registered');
  });

  it('ends when the store stays away, and the next one lasts', async () => {
    const store = new FailingStore();
    const { monitor, open } = await served(store, { onError: () => {} });
    const stream = await open();
    store.isAway = true;
    const failed = store.asked();
    await monitor.register({ id: 'task-1' });
    await failed;
    await new Promise(setImmediate);
    seconds(7);
    expect(namesOf(await stream.rest())).toEqual(['task.registered', 'shutdown']);
    store.isAway = false;
    const next = await open();
    seconds(20);
    await monitor.register({ id: 'task-2' });
    expect((await next.next())?.name).toBe('task.registered');
  });
});

describe('a client that does not read', () => {
  it('costs no more than it is allowed to, holds up nobody and is told where things stand when it reads', async () => {
    const { monitor, responses, open } = await served(new MemoryStore({ maxActive: EVENTS + 1 }));
    const slow = await open();
    const quick = await open();
    const [toSlow] = responses;
    slow.pause();
    let most = 0;
    const ids: string[] = [];
    for (let number = 1; number <= EVENTS; number++) {
      const id = `task-${number}`;
      await monitor.register({ id, metadata: { text: 'x'.repeat(500) } });
      ids.push(id);
      if (number % BATCH > 0) continue;
      jest.advanceTimersByTime(200);
      const told = await quick.until(({ data }) => idOf(data) === id);
      expect(told.map(({ data }) => idOf(data))).toEqual(ids.splice(0));
      most = Math.max(most, toSlow?.writableLength ?? 0);
    }
    expect(most).toBeGreaterThan(200_000);
    expect(most).toBeLessThan(500_000);

    slow.resume();
    const events = await slow.until(({ name }) => name === 'snapshot');
    const { total_count } = events.at(-1)?.data as WireListSnapshot;
    expect(total_count).toBe(EVENTS);
    expect(namesOf(events.slice(-2))).toEqual(['reset', 'snapshot']);
    expect(events.slice(0, -2).map(({ data }) => idOf(data))).toEqual(
      Array.from({ length: events.length - 2 }, (_, index) => `task-${index + 1}`),
    );
    jest.advanceTimersByTime(200);
    await monitor.start('task-1');
    expect((await slow.next())?.name).toBe('task.started');
  }, 300_000);

  it('is cut off after half a minute', async () => {
    const { monitor, responses, open } = await served(new MemoryStore());
    const stuck = await open();
    const reading = await open();
    const [toStuck] = responses;
    if (toStuck === undefined) throw new Error('Nothing was answered.');
    stuck.pause();
    for (let number = 1; toStuck.writableLength < 262_144; number++) {
      await monitor.register({ id: `task-${number}`, metadata: { text: 'x'.repeat(50_000) } });
      jest.advanceTimersByTime(200);
      await reading.until(({ data }) => idOf(data) === `task-${number}`);
    }
    const closed = once(toStuck, 'close');
    // It was looked after while that much was being sent: up to two of the thirty seconds are over.
    seconds(28);
    expect(toStuck.destroyed).toBe(false);
    seconds(3);
    await closed;
    await monitor.register({ id: 'task-last-1' });
    expect(idOf((await reading.next())?.data)).toBe('task-last-1');
  });

  it('is gone within a minute though it waits for little: a process that was stopped', async () => {
    const { monitor, port, responses, open } = await served(new MemoryStore());
    const child = closeLater(stoppable(`http://127.0.0.1:${port}/events`));
    await child.isReading;
    const [toChild] = responses;
    if (toChild === undefined) throw new Error('Nothing was answered.');
    const reading = await open();
    child.stop();
    // Its system takes all for it until there is no room: one event of what comes then waits here, or two.
    for (let number = 1; toChild.writableLength < 60_000; number++) {
      await monitor.register({ id: `task-${number}`, metadata: { text: 'x'.repeat(50_000) } });
      jest.advanceTimersByTime(200);
      await reading.until(({ data }) => idOf(data) === `task-${number}`);
    }
    expect(toChild.writableLength).toBeLessThan(262_144);
    const closed = once(toChild, 'close');
    for (let second = 0; second < 60 && !toChild.destroyed; second++) {
      seconds(1);
      await new Promise(setImmediate);
    }
    expect(toChild.destroyed).toBe(true);
    await closed;
    await monitor.register({ id: 'task-last-1' });
    expect((await reading.next())?.name).toBe('task.registered');
    expect(reading.silent.length).toBeGreaterThan(2);
  });

  it('is not taken for gone because this process was held up itself', async () => {
    const { monitor, responses, open } = await served(new MemoryStore());
    const stuck = await open();
    const reading = await open();
    const [toStuck] = responses;
    if (toStuck === undefined) throw new Error('Nothing was answered.');
    stuck.pause();
    for (let number = 1; toStuck.writableLength < 60_000; number++) {
      await monitor.register({ id: `task-${number}`, metadata: { text: 'x'.repeat(50_000) } });
      jest.advanceTimersByTime(200);
      await reading.until(({ data }) => idOf(data) === `task-${number}`);
    }
    const now = performance.now();
    const later = jest.spyOn(performance, 'now').mockReturnValue(now + 300_000);
    seconds(2);
    later.mockRestore();
    stuck.resume();
    await stuck.until(({ data }) => idOf(data) === 'task-1');
    expect(toStuck.destroyed).toBe(false);
  });

  it('does not hold up the end of the server', async () => {
    const { monitor, responses, open } = await served(new MemoryStore());
    const stuck = await open();
    const [toStuck] = responses;
    if (toStuck === undefined) throw new Error('Nothing was answered.');
    stuck.pause();
    const reading = await open();
    for (let number = 1; toStuck.writableLength < 262_144; number++) {
      await monitor.register({ id: `task-${number}`, metadata: { text: 'x'.repeat(50_000) } });
      jest.advanceTimersByTime(200);
      await reading.until(({ data }) => idOf(data) === `task-${number}`);
    }
    const closed = once(toStuck, 'close');
    await monitor.close();
    await closed;
    expect(namesOf(await reading.rest())).toEqual(['shutdown']);
  });
});

function idOf(data: unknown): string | undefined {
  return (data as { task?: { task_id: string } } | undefined)?.task?.task_id;
}

interface Stoppable {
  /** Resolves when it has read something. */
  readonly isReading: Promise<unknown>;
  stop(): void;
  close(): void;
}

/** A process that reads a stream, and can be stopped without a word. */
function stoppable(url: string): Stoppable {
  const child = spawn(process.execPath, ['-e', READER, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    isReading: once(child.stdout, 'data'),
    stop: () => void child.kill('SIGSTOP'),
    close: () => void child.kill('SIGKILL'),
  };
}

const READER =
  "require('http').get(process.argv[1], (res) => res.once('data', () => console.log('reading')).resume())";

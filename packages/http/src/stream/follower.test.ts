import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { Follower, type FollowerOptions } from './follower.js';

const opened: (() => unknown)[] = [];
beforeEach(() => {
  // The clock by which it waits between two tellings; the timers run as ever.
  jest.useFakeTimers({
    doNotFake: [
      ...(['Date', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
      ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const),
    ],
  });
});
afterEach(async () => {
  jest.useRealTimers();
  for (const close of opened.splice(0).reverse()) await close();
});

/** Writes down what it is told; `next` resolves with the line after those that were taken. */
async function following(
  onLine: (line: string) => void = () => {},
): Promise<{ monitor: TaskMonitor; follower: Follower; next: () => Promise<string> }> {
  const monitor = new TaskMonitor();
  opened.push(() => monitor.close());
  const lines: string[] = [];
  let wake = (): void => {};
  const note = (line: string): void => {
    lines.push(line);
    wake();
    onLine(line);
  };
  const told: FollowerOptions = {
    monitor,
    onRestart: () => note('restart'),
    onChanges: async (changes) =>
      note(changes.map(({ change }) => change?.type.replace('task.', '') ?? '-').join(' ')),
    onClosed: () => note('closed'),
    onError: (error) => note((error as Error).message),
  };
  const follower = new Follower(told);
  opened.push(() => follower.stop());
  await follower.start();
  const next = async (): Promise<string> => {
    while (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return lines.shift() as string;
  };
  expect(await next()).toBe('restart');
  return { monitor, follower, next };
}

describe('Follower', () => {
  it('tells what comes in quick succession together, and only the last report of progress', async () => {
    const { monitor, next } = await following();
    await monitor.register({ id: 'task-1' });
    expect(await next()).toBe('registered');
    await monitor.start('task-1');
    await monitor.progress('task-1', 'first');
    await monitor.log('task-1', 'a line');
    await monitor.progress('task-1', 'second');
    await monitor.progress('task-1', 'third');
    await monitor.log('task-1', 'another line');
    jest.advanceTimersByTime(100);
    expect(await next()).toBe('started - output - progress output');
  });

  it('begins anew where it could not tell, and goes on', async () => {
    const { monitor, next } = await following((line) => {
      if (line === 'registered') throw new Error('no room');
    });
    await monitor.register({ id: 'task-1' });
    expect([await next(), await next(), await next()]).toEqual([
      'registered',
      'no room',
      'restart',
    ]);
    jest.advanceTimersByTime(100);
    await monitor.start('task-1');
    expect(await next()).toBe('started');
  });

  it('tells that changes were missed, and goes on', async () => {
    const { monitor, next } = await following();
    await monitor.register({ id: 'task-1' });
    expect(await next()).toBe('registered');
    // More than the memory store keeps, before the reader gets its turn.
    const { position } = await monitor.changes(null, { limit: 0, waitMs: 0 });
    const writes: Promise<unknown>[] = [];
    for (let number = 2; number <= 12_000; number++)
      writes.push(monitor.register({ id: `task-${number}` }));
    await Promise.all(writes);
    expect((await monitor.changes(position, { limit: 1, waitMs: 0 })).reset).toBe(true);
    expect(await next()).toBe('restart');
    jest.advanceTimersByTime(100);
    await monitor.start('task-1');
    expect(await next()).toBe('started');
  });

  it('says when the monitor was closed, and rejects to begin again', async () => {
    const { monitor, follower, next } = await following();
    await monitor.close();
    expect(await next()).toBe('closed');
    await expect(follower.start()).rejects.toMatchObject({ code: 'MONITOR_CLOSED' });
    expect(follower.isStarting).toBe(false);
  });
});

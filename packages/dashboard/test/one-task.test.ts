import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { effect } from '@preact/signals';
import { TaskClient } from '@task-monitor/client';
import { TaskMonitor } from '@task-monitor/core';
import { createTaskHandler } from '@task-monitor/http';
import { LiveTasks } from '../src/live/live-tasks.js';
import { OneTask } from '../src/live/one-task.js';

let monitor: TaskMonitor;
let server: Server;
let client: TaskClient;
let live: LiveTasks;
let one: OneTask;

/** Resolves once `isSo`, which reads signals. */
function until(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let end = (): void => undefined;
    let isOver = false;
    end = effect(() => {
      if (isOver || !isSo()) return;
      isOver = true;
      resolve();
      queueMicrotask(() => end());
    });
  });
}

function watch(id: string): OneTask {
  one = new OneTask(client, live, id);
  one.start();
  return one;
}

const texts = (): string[] => one.output.value?.lines.map(({ text }) => text) ?? [];
const status = (): string | undefined => one.seen.value?.task.status;

beforeEach(async () => {
  // All that is asked of a page here is whether somebody looks at it.
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  Object.assign(globalThis, { document });
  monitor = new TaskMonitor();
  const handle = createTaskHandler(monitor);
  server = createServer((req, res) => void handle(req, res, req.url ?? '/')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new TaskClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  live = new LiveTasks(client);
});

afterEach(async () => {
  one.stop();
  live.stop();
  await monitor.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  Reflect.deleteProperty(globalThis, 'document');
});

describe('OneTask', () => {
  it('tells a task, what it wrote before and what it writes, until it is over', async () => {
    await monitor.register({ id: 'a1' });
    await monitor.start('a1');
    await monitor.log('a1', 'before');
    watch('a1');
    await until(() => texts().includes('before'));
    await monitor.log('a1', 'after');
    await until(() => texts().includes('after'));
    await monitor.complete('a1', { result: 7 });
    await until(() => status() === 'completed' && one.connection.value.status === 'ended');
    expect(texts()).toEqual(['before', 'after']);
    expect(one.trouble.value).toBeNull();
  });

  it('asks for the stack of a failure, which no stream tells', async () => {
    await monitor.register({ id: 'a1' });
    await monitor.start('a1');
    watch('a1');
    await until(() => status() === 'running');
    await monitor.fail('a1', new RangeError('too far'));
    await until(() => one.stack.value !== null);
    expect(one.stack.value).toMatch(/^RangeError: too far\n/);
  });

  it('says what is not there', async () => {
    watch('nobody-1');
    await until(() => one.trouble.value !== null);
    expect(one.trouble.value?.code).toBe('TASK_NOT_FOUND');
    expect(one.seen.value).toBeNull();
  });

  it('has the children in the order in which they were created, and hears of new ones', async () => {
    live.start();
    await monitor.register({ id: 'a1' });
    await monitor.register({ id: 'c1', parentId: 'a1' });
    await monitor.register({ id: 'c2', parentId: 'a1' });
    watch('a1');
    await until(() => one.children.value.ids.length === 2);
    await monitor.register({ id: 'c3', parentId: 'a1' });
    await until(() => one.children.value.ids.length === 3);
    expect(one.children.value).toEqual({ ids: ['c1', 'c2', 'c3'], total: 3 });
    await monitor.start('c2');
    await until(() => one.cells.cell('c2').value?.task.status === 'running');
  });

  it('knows its parent', async () => {
    await monitor.register({ id: 'a1', name: 'All of it' });
    await monitor.register({ id: 'c1', parentId: 'a1' });
    watch('c1');
    await until(() => one.cells.cell('a1').value?.task.name === 'All of it');
  });

  it('keeps what it knew of a task that is removed', async () => {
    live.start();
    await monitor.register({ id: 'a1' });
    await monitor.cancel('a1');
    watch('a1');
    await until(() => status() === 'cancelled' && live.connection.value.status === 'live');
    await monitor.remove('a1');
    await until(() => one.removedAt.value !== null);
    expect(status()).toBe('cancelled');
  });

  it('takes a new task of the same id for what it is', async () => {
    live.start();
    await monitor.register({ id: 'a1' });
    await monitor.log('a1', 'of the first');
    await monitor.cancel('a1');
    watch('a1');
    await until(() => texts().length === 1 && live.connection.value.status === 'live');
    await monitor.remove('a1');
    await until(() => one.removedAt.value !== null);
    await monitor.register({ id: 'a1' });
    await until(() => status() === 'pending');
    expect(one.removedAt.value).toBeNull();
    await monitor.log('a1', 'of the second');
    await until(() => texts().includes('of the second'));
    expect(texts()).toEqual(['of the second']);
  });
});

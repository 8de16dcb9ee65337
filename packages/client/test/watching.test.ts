import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { TaskRouterOptions } from '@task-monitor/express';
import { TaskApiError, TaskClient, type TaskClientOptions, type WatchState } from '../src/index.js';
import { lineOf } from './line-of.js';
import { appOf, baseUrl, closeLater, TestServer } from './task-server.js';

const ONLY_PENDING: TaskRouterOptions = {
  authorize: () => ({ filter: { statuses: ['pending'] } }),
};
const QUICK: TaskClientOptions = { maxRetryMs: 5 };

function aMonitor(): TaskMonitor {
  const monitor = new TaskMonitor();
  closeLater(() => monitor.close());
  return monitor;
}

async function served(
  options?: TaskRouterOptions,
): Promise<{ monitor: TaskMonitor; server: TestServer; client: TaskClient }> {
  const monitor = aMonitor();
  const server = await TestServer.start(appOf(monitor, options));
  return { monitor, server, client: new TaskClient(baseUrl(server.port), QUICK) };
}

describe('watch of one task', () => {
  it('tells how it stands, its changes and its end, and is over', async () => {
    const { monitor, server, client } = await served();
    await monitor.register({ id: 'task-1' });
    const lines: string[] = [];
    for await (const event of client.watch('task-1')) {
      lines.push(lineOf(event));
      if (event.type === 'snapshot') await monitor.start('task-1');
      if (event.type === 'task.started') await monitor.log('task-1', 'a line');
      if (event.type === 'task.output') await monitor.complete('task-1', { result: 7 });
    }
    expect(lines).toEqual([
      'snapshot task-1 pending v1',
      'task.started task-1 running v2',
      'task.output task-1 running v3',
      'task.completed task-1 completed v4',
    ]);
    await server.left();
  });

  it('tells the end of a task that is over, once', async () => {
    const { monitor, client } = await served();
    await monitor.register({ id: 'task-1' });
    await monitor.cancel('task-1');
    const lines: string[] = [];
    for await (const event of client.watch('task-1')) lines.push(lineOf(event));
    expect(lines).toEqual(['snapshot task-1 cancelled v2']);
  });

  it('is over when the task is out of sight', async () => {
    const { monitor, client } = await served(ONLY_PENDING);
    await monitor.register({ id: 'task-1' });
    const lines: string[] = [];
    for await (const event of client.watch('task-1')) {
      lines.push(lineOf(event));
      if (event.type === 'snapshot') await monitor.start('task-1');
    }
    expect(lines.at(-1)).toBe('task.removed task-1');
  });

  it('leaves out lines of output on request', async () => {
    const { monitor, client } = await served();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    const lines: string[] = [];
    for await (const event of client.watch('task-1', { output: false })) {
      lines.push(lineOf(event));
      if (event.type !== 'snapshot') continue;
      await monitor.log('task-1', 'a line');
      await monitor.complete('task-1');
    }
    expect(lines).toEqual(['snapshot task-1 running v2', 'task.completed task-1 completed v4']);
  });

  it('rejects with what the server says, and is over', async () => {
    const { client } = await served();
    const watch = client.watch('task-1');
    await expect(watch.next()).rejects.toMatchObject({ code: 'TASK_NOT_FOUND', status: 404 });
    expect(watch.state).toMatchObject({ status: 'ended', error: { code: 'TASK_NOT_FOUND' } });
    expect(await watch.next()).toEqual({ done: true, value: undefined });
  });

  it('is over when the server says that nothing more is to come', async () => {
    const { port } = await TestServer.start((_req, res) => res.writeHead(204).end());
    const events = new TaskClient(baseUrl(port)).watch('task-1');
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

describe('watch of many tasks', () => {
  it('tells what the filter finds', async () => {
    const { monitor, client } = await served();
    await monitor.register({ id: 'task-1', type: 'ingest' });
    await monitor.register({ id: 'task-2', type: 'search' });
    const lines: string[] = [];
    for await (const event of client.watch({ type: 'ingest' })) {
      lines.push(lineOf(event));
      if (event.type === 'task.removed') break;
      if (event.type !== 'snapshot') continue;
      await monitor.cancel('task-2');
      await monitor.cancel('task-1');
      await monitor.remove('task-1');
    }
    expect(lines).toEqual([
      'snapshot task-1',
      'task.cancelled task-1 cancelled v2',
      'task.removed task-1',
    ]);
  });

  it('rejects where watching is not allowed', async () => {
    const { client } = await served({ authorize: () => false });
    await expect(client.watch().next()).rejects.toMatchObject({ code: 'FORBIDDEN', status: 403 });
  });

  it('waits for as long as a server without room for another stream asks', async () => {
    const { client } = await served({ maxStreams: 1 });
    const first = client.watch();
    await first.next();
    const stop = new AbortController();
    let next: Promise<IteratorResult<unknown, void>> | undefined;
    const state = await new Promise<WatchState>((onState) => {
      next = client.watch({}, { signal: stop.signal, onState }).next();
    });
    expect(state).toMatchObject({
      status: 'connecting',
      error: { code: 'TOO_MANY_STREAMS', retryAfterMs: 5_000 },
    });
    stop.abort();
    expect((await next)?.done).toBe(true);
    await first.return();
  });
});

describe('the end of a watch', () => {
  it('comes with the signal, quietly, and leaves no connection behind', async () => {
    const { server, client } = await served();
    const stop = new AbortController();
    const watch = client.watch({}, { signal: stop.signal });
    expect((await watch.next()).value?.type).toBe('snapshot');
    const next = watch.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(watch.state.status).toBe('ended');
    await server.left();
  });

  it('comes with return(), also while an event is waited for', async () => {
    const { server, client } = await served();
    const watch = client.watch();
    await watch.next();
    const next = watch.next();
    await watch.return();
    expect((await next).done).toBe(true);
    await server.left();
  });

  it('comes at once where the signal has fired before', async () => {
    const { server, client } = await served();
    const watch = client.watch({}, { signal: AbortSignal.abort() });
    expect((await watch.next()).done).toBe(true);
    expect(server.connections).toBe(0);
  });

  it('leaves no listener at the signal', async () => {
    const { client } = await served();
    const stop = new AbortController();
    const listeners: string[] = [];
    const { signal } = stop;
    const [add, remove] = [
      signal.addEventListener.bind(signal),
      signal.removeEventListener.bind(signal),
    ];
    signal.addEventListener = (type: string, ...rest: [never, never]) => {
      listeners.push(type);
      add(type, ...rest);
    };
    signal.removeEventListener = (type: string, ...rest: [never, never]) => {
      listeners.pop();
      remove(type, ...rest);
    };
    const watch = client.watch({}, { signal });
    await watch.next();
    expect(listeners).toEqual(['abort']);
    await watch.return();
    expect(listeners).toEqual([]);
    client.watch({}, { signal });
    expect(listeners).toEqual([]);
  });
});

describe('waitFor', () => {
  it('resolves with the finished task', async () => {
    const { monitor, client } = await served();
    await monitor.register({ id: 'task-1' });
    const finished = client.waitFor('task-1', {
      onState: ({ status }) => {
        if (status === 'live')
          void monitor.start('task-1').then(() => monitor.fail('task-1', 'No.'));
      },
    });
    expect(await finished).toMatchObject({ status: 'failed', error: { message: 'No.' } });
  });

  it('rejects where the task is not there, or is out of sight', async () => {
    const { monitor, client } = await served(ONLY_PENDING);
    await expect(client.waitFor('task-1')).rejects.toBeInstanceOf(TaskApiError);
    await monitor.register({ id: 'task-1' });
    const finished = client.waitFor('task-1', {
      onState: ({ status }) => {
        if (status === 'live') void monitor.start('task-1');
      },
    });
    await expect(finished).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  });

  it('rejects with the reason of the signal', async () => {
    const { monitor, client } = await served();
    await monitor.register({ id: 'task-1' });
    const stop = new AbortController();
    const finished = client.waitFor('task-1', {
      signal: stop.signal,
      onState: () => stop.abort(new Error('enough')),
    });
    await expect(finished).rejects.toThrow('enough');
  });
});

describe('a server that restarts', () => {
  it('is found again, and what has happened meanwhile is told, once', async () => {
    const monitor = aMonitor();
    const first = await TestServer.start(appOf(monitor));
    const { port } = first;
    await monitor.register({ id: 'task-1' });
    const states: string[] = [];
    const watch = new TaskClient(baseUrl(port), QUICK).watch('task-1', {
      onState: ({ status }) => states.push(status),
    });
    expect(lineOf((await watch.next()).value)).toBe('snapshot task-1 pending v1');
    const next = watch.next();
    await first.kill();
    await monitor.start('task-1');
    await TestServer.start(appOf(monitor), port);
    expect(lineOf((await next).value)).toBe('task.started task-1 running v2');
    await monitor.complete('task-1');
    expect(lineOf((await watch.next()).value)).toBe('task.completed task-1 completed v3');
    expect((await watch.next()).done).toBe(true);
    expect(states.filter((status, index) => status !== states[index - 1])).toEqual([
      'live',
      'reconnecting',
      'live',
      'ended',
    ]);
  });

  it('and has lost everything says so, and where things stand', async () => {
    const first = await TestServer.start(appOf(aMonitor()));
    const { port } = first;
    const watch = new TaskClient(baseUrl(port), QUICK).watch();
    expect(lineOf((await watch.next()).value)).toBe('snapshot ');
    const next = watch.next();
    await first.kill();
    const monitor = aMonitor();
    await monitor.register({ id: 'task-1' });
    await TestServer.start(appOf(monitor), port);
    expect(lineOf((await next).value)).toBe('reset');
    expect(lineOf((await watch.next()).value)).toBe('snapshot task-1');
    await watch.return();
  });
});

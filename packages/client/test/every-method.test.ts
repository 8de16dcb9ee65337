import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { WireFullTask, WireFullTaskList, WireTask, WireTaskList } from '@task-monitor/http';
import { TaskApiError, TaskClient, type TaskClientOptions } from '../src/index.js';
import { appOf, baseUrl, closeLater, TestServer } from './task-server.js';

async function served(
  options?: TaskClientOptions,
): Promise<{ monitor: TaskMonitor; client: TaskClient }> {
  const monitor = new TaskMonitor();
  closeLater(() => monitor.close());
  const { port } = await TestServer.start(appOf(monitor));
  return { monitor, client: new TaskClient(baseUrl(port), options) };
}

/** One task of every status, the oldest first. */
async function fill(monitor: TaskMonitor): Promise<void> {
  const ends = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
  for (const status of ends) {
    const { id } = await monitor.register({ id: `${status}-1`, type: 'ingest', tags: [status] });
    if (status !== 'pending' && status !== 'cancelled') await monitor.start(id);
    if (status === 'completed') await monitor.complete(id);
    if (status === 'failed') await monitor.fail(id, 'No disk.');
    if (status === 'cancelled') await monitor.cancel(id);
  }
}

const ids = ({ tasks }: WireTaskList): string[] => tasks.map(({ task_id }) => task_id);

describe('TaskClient', () => {
  it('has the numbers', async () => {
    const { monitor, client } = await served();
    await fill(monitor);
    expect(await client.stats()).toEqual({
      total_tasks: 5,
      running_tasks: 1,
      pending_tasks: 1,
      completed_tasks: 1,
      failed_tasks: 1,
      success_rate: 50,
    });
    expect(await client.count()).toEqual({
      running_tasks: 1,
      pending_tasks: 1,
      completed_tasks: 1,
      failed_tasks: 1,
      cancelled_tasks: 1,
    });
    expect([
      await client.countRunning(),
      await client.countPending(),
      await client.countCompleted(),
      await client.countFailed(),
      await client.countCancelled(),
    ]).toEqual([
      { running_tasks: 1 },
      { pending_tasks: 1 },
      { completed_tasks: 1 },
      { failed_tasks: 1 },
      { cancelled_tasks: 1 },
    ]);
  });

  it('has the lists', async () => {
    const { monitor, client } = await served();
    await fill(monitor);
    expect(ids(await client.running())).toEqual(['running-1']);
    expect(ids(await client.pending())).toEqual(['pending-1']);
    expect(ids(await client.completed({ limit: 5 }))).toEqual(['completed-1']);
    expect(ids(await client.failed())).toEqual(['failed-1']);
    expect(ids(await client.cancelled())).toEqual(['cancelled-1']);
    expect(ids(await client.all({ status: ['failed', 'running'], type: 'ingest' }))).toEqual([
      'failed-1',
      'running-1',
    ]);
    expect(ids(await client.all({ include_completed: false, tag: 'pending' }))).toEqual([
      'pending-1',
    ]);
  });

  it('has pages', async () => {
    const { monitor, client } = await served();
    await fill(monitor);
    const first = await client.all({ limit: 4, view: 'full' });
    expect([ids(first).length, first.total_count]).toEqual([4, 5]);
    const second = await client.all({ limit: 4, cursor: first.next_cursor ?? '', view: 'full' });
    expect([ids(second), second.next_cursor]).toEqual([['pending-1'], null]);
  });

  it('has one task, and its output', async () => {
    const { monitor, client } = await served();
    await monitor.register({ id: 'task-1', type: 'ingest' });
    await monitor.start('task-1');
    await monitor.log('task-1', 'first');
    await monitor.log('task-1', 'second');
    expect(await client.task('task-1')).toMatchObject({ task_id: 'task-1', status: 'running' });
    expect(await client.task('task-1')).not.toHaveProperty('version');
    expect(await client.task('task-1', { view: 'full' })).toMatchObject({ type: 'ingest' });
    const { lines, last_number } = await client.output('task-1', { after: 1 });
    expect([lines.map(({ text }) => text), last_number]).toEqual([['second'], 2]);
  });

  it('cancels, and cleans up', async () => {
    const { monitor, client } = await served();
    await monitor.register({ id: 'task-1' });
    const cancelled = await client.cancel('task-1', {
      reason: 'a newer one',
      requested_by: 'ada',
      view: 'full',
    });
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      cancel: { reason: 'a newer one', requested_by: 'ada' },
    });
    expect(await client.cancel('task-1')).not.toHaveProperty('cancel');
    expect(await client.cleanup({ days: 0 })).toEqual({ cleaned_tasks: 1, days: 0 });
  });

  it('has the description of the API', async () => {
    const { client } = await served();
    const { openapi, paths } = await client.openapi();
    expect(openapi).toMatch(/^3\.1\./);
    expect(Object.keys(paths ?? {})).toContain('/{task_id}/cancel');
  });

  it('waits with one task, and searches', async () => {
    const { monitor, client } = await served();
    await monitor.register({ id: 'task-1' });
    const waited = client.task('task-1', { wait: 60 });
    await monitor.cancel('task-1');
    expect(await waited).toMatchObject({ status: 'cancelled' });
    expect(ids(await client.all({ q: 'status:cancelled' }))).toEqual(['task-1']);
    // Shorter than it would wait.
  }, 55_000);

  it('types answers by what is asked for', async () => {
    const { monitor, client } = await served();
    await monitor.register({ id: 'task-1' });
    const list: WireTaskList = await client.all();
    const fullList: WireFullTaskList = await client.all({ view: 'full' });
    const task: WireTask = await client.task('task-1');
    const fullTask: WireFullTask = await client.task('task-1', { view: 'full' });
    expect([list.total_count, fullList.next_cursor, task.status, fullTask.version]).toEqual([
      1,
      null,
      'pending',
      1,
    ]);
    // @ts-expect-error Only the full view has it.
    expect((await client.task('task-1')).version).toBeUndefined();
    // @ts-expect-error No such parameter.
    expect(await client.stats({ limit: 1 })).toBeDefined();
    // @ts-expect-error No such status.
    await expect(client.all({ status: 'done' })).rejects.toThrow('status');
  });

  it('rejects with what the server says', async () => {
    const { monitor, client } = await served();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    await monitor.complete('task-1');
    await expect(client.task('task-2')).rejects.toMatchObject({
      name: 'TaskApiError',
      code: 'TASK_NOT_FOUND',
      status: 404,
      detail: 'Task not found: task-2',
      requestId: null,
      isTemporary: false,
    });
    await expect(client.all({ limit: 0 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ parameter: 'limit' }],
    });
    await expect(client.cancel('task-1')).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await monitor.close();
    await expect(client.stats()).rejects.toMatchObject({
      code: 'MONITOR_CLOSED',
      status: 503,
      retryAfterMs: 5_000,
      isTemporary: true,
    });
  });

  it('rejects with NETWORK where nobody answers', async () => {
    const server = await TestServer.start(() => {});
    const client = new TaskClient(baseUrl(server.port));
    await server.kill();
    const error: unknown = await client.stats().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TaskApiError);
    expect(error).toMatchObject({ code: 'NETWORK', status: null, isTemporary: true });
    expect((error as Error).message).toContain(`GET ${baseUrl(server.port)}/stats: fetch failed (`);
  });

  it('rejects with NETWORK where the answer is cut off', async () => {
    const { port } = await TestServer.start((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      res.write('{', () => res.destroy());
    });
    await expect(new TaskClient(baseUrl(port)).stats()).rejects.toMatchObject({ code: 'NETWORK' });
  });

  it('rejects with the reason of a signal, and gives the request up', async () => {
    const stop = new AbortController();
    const server = await TestServer.start(() => stop.abort(new Error('enough')));
    const client = new TaskClient(baseUrl(server.port));
    await expect(client.stats({ signal: stop.signal })).rejects.toThrow('enough');
    await server.left();
    await expect(client.stats({ signal: stop.signal })).rejects.toThrow('enough');
    expect(server.connections).toBe(0);
  });

  it('sends headers that are fresh each time', async () => {
    const seen: (string | undefined)[] = [];
    const { port } = await TestServer.start((req, res) => {
      seen.push(req.headers.authorization);
      res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    let calls = 0;
    const client = new TaskClient(`${baseUrl(port)}/`, {
      headers: async () => ({ Authorization: `Bearer ${++calls}` }),
    });
    await client.stats();
    await client.stats();
    await new TaskClient(baseUrl(port), { headers: { Authorization: 'Basic x' } }).stats();
    expect(seen).toEqual(['Bearer 1', 'Bearer 2', 'Basic x']);
  });

  it('takes headers that cannot be had for trouble that may pass', async () => {
    const client = new TaskClient('http://127.0.0.1:1', {
      headers: () => Promise.reject(new Error('no token')),
    });
    await expect(client.stats()).rejects.toMatchObject({
      code: 'NETWORK',
      message: 'No headers for GET http://127.0.0.1:1/stats: no token',
    });
  });

  it('says what is wrong with its options', async () => {
    expect(() => new TaskClient('/tasks?x=1')).toThrow(
      'Expected the base URL to be where the router is mounted, like "https://example.com/tasks", got "/tasks?x=1".',
    );
    expect(() => new TaskClient('/tasks', { silenceMs: -1 })).toThrow(
      'Expected `silenceMs` to be a number of milliseconds, got -1.',
    );
    await expect(new TaskClient('/tasks').stats()).rejects.toThrow(
      'Expected the base URL to be absolute where there is no page',
    );
    await expect(new TaskClient('http://127.0.0.1:1').task('..')).rejects.toThrow(
      'Expected the id of a task, got "..".',
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type {
  WireFullTask,
  WireFullTaskList,
  WireOutput,
  WireProblem,
  WireTask,
} from '@task-monitor/http';
import type { TaskRouterOptions } from '../src/index.js';
import type { Client } from './client.js';
import { documentedMonitor } from './documented-tasks.js';
import { serve, VERSIONS } from './served.js';

describe.each(VERSIONS)('view=full: %s', (_, makeApp) => {
  it('has the documented fields first, and then everything else that is known', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'parent-1' });
    await monitor.start('parent-1');
    await monitor.register({
      id: 'task-1',
      type: 'ingest',
      name: 'The lake',
      tags: ['video'],
      parentId: 'parent-1',
    });
    await monitor.start('task-1');
    await monitor.progress('task-1', {
      message: 'embedding',
      current: 12,
      total: 80,
      unit: 'parts',
    });
    const client = await serve(makeApp, monitor);
    const documented = (await client.get('/task-1')).json<WireTask>();
    const full = (await client.get('/task-1?view=full')).json<WireFullTask>();
    expect(Object.entries(full).slice(0, 9)).toEqual(Object.entries(documented));
    expect(full).toMatchObject({
      number: 2,
      version: 3,
      type: 'ingest',
      name: 'The lake',
      parent_id: 'parent-1',
      tags: ['video'],
      percent: 15,
      progress_detail: { message: 'embedding', current: 12, total: 80, unit: 'parts', steps: [] },
      error: null,
      result: null,
      cancel: null,
      driver: 'caller',
      owner: { pid: process.pid },
      ended_by: null,
      late_outcome: null,
      process: null,
    });
    expect(full.duration_ms).toBeGreaterThanOrEqual(0);
  });

  it('says when a running task will end, and whether it moves', async () => {
    const { monitor, clock } = documentedMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.register({ id: 'task-2' });
    await monitor.start('task-1');
    const client = await serve(makeApp, monitor);
    for (let current = 1; current <= 4; current++) {
      await clock.advanceAsync(10_000);
      await monitor.progress('task-1', { current, total: 8 });
      await client.get('/task-1?view=full');
    }
    const { eta, health } = (await client.get('/task-1?view=full')).json<WireFullTask>();
    expect(health).toEqual({ state: 'ok', evidence: expect.any(String), since: null });
    expect(eta).toEqual({
      remaining_ms: { p50: 40_000, p90: expect.any(Number) },
      finishes_at: '2024-01-15T10:31:35.000Z',
      basis: 'rate',
      samples: 4,
    });
    const { tasks } = (await client.get('/running?view=full')).json<WireFullTaskList>();
    expect(tasks[0]?.eta).toEqual(eta);
    const pending = (await client.get('/task-2?view=full')).json<WireFullTask>();
    expect([pending.eta, pending.health]).toEqual([null, null]);
  });

  it('has the steps of the work and what it came to', async () => {
    const monitor = new TaskMonitor();
    const run = await monitor.run({ id: 'run-1' }, async ({ step }) => {
      await step('read', { weight: 3 }, () => 'text');
      await step('embed', async ({ progress }) => progress({ current: 5, total: 5 }));
      return { segments: 5 };
    });
    await run.recorded;
    const client = await serve(makeApp, monitor);
    const { result, progress_detail: detail } = (
      await client.get('/run-1?view=full')
    ).json<WireFullTask>();
    expect(result).toEqual({ segments: 5 });
    expect(detail?.steps).toMatchObject([
      { name: 'read', within: null, weight: 3, status: 'completed' },
      { name: 'embed', within: null, weight: 1, status: 'completed', current: 5, total: 5 },
    ]);
  });

  it('shows the stack of a failure only to who may cancel the task', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    await monitor.fail('task-1', new TypeError('no captions'));
    const open = await serve(makeApp, monitor);
    const stackOf = async (path: string, headers = {}) =>
      (await open.get(path, headers)).json<WireFullTask>().error?.stack;
    expect(await stackOf('/task-1?view=full')).toMatch(/TypeError: no captions\n +at /);
    expect(await stackOf('/task-1?view=full', { 'X-Forwarded-For': '192.0.2.1' })).toBeNull();

    const asked: string[] = [];
    const closed = await serve(makeApp, monitor, {
      authorize: (_req, { action }) => {
        asked.push(action);
        return action === 'read';
      },
    });
    const { error } = (await closed.get('/task-1?view=full')).json<WireFullTask>();
    expect(error).toMatchObject({
      code: 'ERROR',
      message: 'no captions',
      name: 'TypeError',
      stack: null,
    });
    expect(asked).toEqual(['read', 'cancel']);
    const { tasks } = (await open.get('/failed?view=full')).json<WireFullTaskList>();
    expect(tasks[0]?.error?.stack).toBeNull();
  });

  it('of a list has the cursor in the body, too', async () => {
    const monitor = new TaskMonitor();
    for (let number = 1; number <= 3; number++) await monitor.register({ id: `task-${number}` });
    const client = await serve(makeApp, monitor);
    const first = await client.get('/all?view=full&limit=2');
    const { tasks, ...rest } = first.json<WireFullTaskList>();
    expect(tasks.map((task) => task.task_id)).toEqual(['task-3', 'task-2']);
    expect(rest).toEqual({ total_count: 3, next_cursor: '2', count_is_exact: true, parents: [] });
    expect(first.headers.link).toBe('<?limit=2&cursor=2&view=full>; rel="next"');
    const last = (await client.get('/all?view=full&limit=2&cursor=2')).json<WireFullTaskList>();
    expect(last.tasks.map((task) => task.task_id)).toEqual(['task-1']);
    expect(last.next_cursor).toBeNull();
  });

  it('of a list tells which of its tasks have children, to who may see those', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'parent-1', tags: ['red'] });
    await monitor.register({ id: 'parent-2', tags: ['red'] });
    await monitor.register({ id: 'child-1', parentId: 'parent-1', tags: ['red'] });
    await monitor.register({ id: 'child-2', parentId: 'parent-2', tags: ['blue'] });
    const parentsOf = async (path: string, options = {}) => {
      const client = await serve(makeApp, monitor, options);
      return (await client.get(path)).json<WireFullTaskList>().parents;
    };
    expect(await parentsOf('/all?view=full')).toEqual(['parent-2', 'parent-1']);
    expect(await parentsOf('/all?view=full&limit=3')).toEqual(['parent-2']);
    expect(await parentsOf('/all?view=full&q=parent')).toEqual(['parent-2', 'parent-1']);
    expect(await parentsOf('/pending?view=full&limit=1')).toEqual(['parent-1', 'parent-2']);
    const authorize = () => ({ filter: { tag: 'red' } });
    expect(await parentsOf('/all?view=full', { authorize })).toEqual(['parent-1']);
    expect(await parentsOf('/all')).toBeUndefined();
  });
});

describe.each(VERSIONS)('every status: %s', (_, makeApp) => {
  async function fiveTasks(): Promise<TaskMonitor> {
    const monitor = new TaskMonitor();
    for (const id of [
      'pending-1',
      'running-1',
      'completed-1',
      'failed-1',
      'failed-2',
      'cancelled-1',
    ]) {
      const type = id.endsWith('1') ? 'ingest' : 'search';
      await monitor.register({ id, type, tags: [type] });
      if (id !== 'pending-1') await monitor.start(id);
      if (id.startsWith('completed')) await monitor.complete(id);
      if (id.startsWith('failed')) await monitor.fail(id, 'no captions');
      if (id.startsWith('cancelled')) await monitor.cancel(id);
    }
    return monitor;
  }

  it('has a list', async () => {
    const client = await serve(makeApp, await fiveTasks());
    const idsAt = async (path: string) => {
      const { tasks, total_count: total } = (await client.get(path)).json<WireFullTaskList>();
      return [...tasks.map((task) => task.task_id), total];
    };
    expect(await idsAt('/completed')).toEqual(['completed-1', 1]);
    expect(await idsAt('/failed')).toEqual(['failed-2', 'failed-1', 2]);
    expect(await idsAt('/failed?limit=1')).toEqual(['failed-2', 2]);
    expect(await idsAt('/cancelled')).toEqual(['cancelled-1', 1]);
    expect(await idsAt('/all?status=failed,pending')).toEqual([
      'failed-2',
      'failed-1',
      'pending-1',
      3,
    ]);
    expect(await idsAt('/all?status=failed&include_completed=no')).toEqual([0]);
    expect(await idsAt('/all?status=failed&type=ingest')).toEqual(['failed-1', 1]);
    expect(await idsAt('/all?tag=search')).toEqual(['failed-2', 1]);
    expect(await idsAt('/all?parent=unknown-1')).toEqual([0]);
    expect((await client.get('/all?status=done')).status).toBe(400);
    expect((await client.get('/all?status=')).status).toBe(400);
    expect((await client.get('/all?type=')).status).toBe(400);
  });

  it('has a count', async () => {
    const client = await serve(makeApp, await fiveTasks());
    expect((await client.get('/count')).body).toBe(
      '{"running_tasks":1,"pending_tasks":1,"completed_tasks":1,"failed_tasks":2,"cancelled_tasks":1}',
    );
    expect((await client.get('/count/pending')).body).toBe('{"pending_tasks":1}');
    expect((await client.get('/count/completed')).body).toBe('{"completed_tasks":1}');
    expect((await client.get('/count/failed')).body).toBe('{"failed_tasks":2}');
    expect((await client.get('/count/cancelled')).body).toBe('{"cancelled_tasks":1}');
  });
});

describe.each(VERSIONS)('GET /{task_id}/output: %s', (_, makeApp) => {
  it('has the kept lines, or those after a number', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    await monitor.log('task-1', ['first', 'second']);
    await monitor.log('task-1', [{ stream: 'stderr', text: 'third' }]);
    const client = await serve(makeApp, monitor);
    const linesAt = async (path: string) => {
      const { lines, ...rest } = (await client.get(path)).json<WireOutput>();
      return [lines.map(({ number, stream, text }) => `${number} ${stream} ${text}`), rest];
    };
    const rest = { task_id: 'task-1', last_number: 3 };
    expect(await linesAt('/task-1/output')).toEqual([
      ['1 log first', '2 log second', '3 stderr third'],
      rest,
    ]);
    expect(await linesAt('/task-1/output?after=2')).toEqual([['3 stderr third'], rest]);
    expect(await linesAt('/task-1/output?after=3')).toEqual([[], rest]);
    expect((await client.get('/task-1/output?after=x')).status).toBe(400);
    expect((await client.get('/unknown-1/output')).status).toBe(404);
    expect((await client.get('/task-1/output')).body).toMatch(/"at":"\d{4}-.*Z"/);
  });
});

describe.each(VERSIONS)('GET /all?q=: %s', (_, makeApp) => {
  async function searched(options?: TaskRouterOptions) {
    const monitor = new TaskMonitor();
    for (let number = 1; number <= 30; number++) {
      const tags = number % 2 === 0 ? ['acme', 'even'] : ['acme'];
      await monitor.register({ id: `task-${number}`, tags, metadata: { page: number % 10 } });
    }
    return serve(makeApp, monitor, options);
  }

  const pageAt = async (client: Client, q: string, more = '') =>
    client.get(`/all?view=full&q=${encodeURIComponent(q)}${more}`);

  it('finds tasks, and pages through what it finds', async () => {
    const client = await searched();
    const first = await pageAt(client, 'meta.page:7', '&limit=2');
    const { tasks, ...rest } = first.json<WireFullTaskList>();
    expect(tasks.map((task) => task.task_id)).toEqual(['task-27', 'task-17']);
    expect(rest).toMatchObject({ total_count: 2, count_is_exact: false });
    const cursor = String(rest.next_cursor);
    const next = `<?limit=2&q=meta.page%3A7&cursor=${cursor}&view=full>; rel="next"`;
    expect(first.headers.link).toBe(next);
    const last = (
      await pageAt(client, 'meta.page:7', `&limit=2&cursor=${cursor}`)
    ).json<WireFullTaskList>();
    expect(last.tasks.map((task) => task.task_id)).toEqual(['task-7']);
    expect(last.next_cursor).toBeNull();
    const indexed = (await pageAt(client, 'tag:even', '&limit=1')).json<WireFullTaskList>();
    expect([indexed.total_count, indexed.count_is_exact]).toEqual([15, true]);
  });

  it('says where a mistake is', async () => {
    const reply = await pageAt(await searched(), 'type:ingest stauts:failed');
    expect(reply.status).toBe(400);
    expect(reply.json<WireProblem>().errors).toEqual([
      {
        parameter: 'q',
        detail: expect.stringMatching(/at character 13: there is no field "stauts"/),
        position: 13,
      },
    ]);
  });

  it('finds nothing beyond what the caller may see, also by a second tag', async () => {
    const client = await searched({ authorize: () => ({ filter: { tag: 'even' } }) });
    const found = async (path: string) => (await client.get(path)).json<WireFullTaskList>();
    expect((await found('/all?q=meta.page:7')).total_count).toBe(0);
    expect((await found('/all?q=meta.page:8')).total_count).toBe(3);
    expect((await found('/all?tag=acme&limit=100')).total_count).toBe(15);
    expect((await found('/all?tag=odd')).total_count).toBe(0);
  });
});

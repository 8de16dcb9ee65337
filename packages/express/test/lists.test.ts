import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { WireTask, WireTaskList } from '@task-monitor/http';
import type { Client, Reply } from './client.js';
import { serve, VERSIONS } from './served.js';

/** Tasks `task-1`, `task-2`, … of which each number modulo 5 says the status. */
async function fiveStatuses(tasks: number): Promise<TaskMonitor> {
  const monitor = new TaskMonitor();
  for (let number = 1; number <= tasks; number++) {
    const { id } = await monitor.register({ id: `task-${number}` });
    if (number % 5 === 0) continue;
    if (number % 5 !== 4) await monitor.start(id);
    if (number % 5 === 1) await monitor.complete(id);
    if (number % 5 === 2) await monitor.fail(id, new Error('The video has no captions.'));
    if (number % 5 === 4) await monitor.cancel(id);
  }
  return monitor;
}

function idsOf(reply: Reply): string[] {
  return reply.json<WireTaskList>().tasks.map((task) => task.task_id);
}

function totalOf(reply: Reply): number {
  return reply.json<WireTaskList>().total_count;
}

/** The query of the next page, as a client makes it out of the `Link` header; `null` on the last page. */
function nextOf(reply: Reply, path: string): string | null {
  const link = reply.headers.link;
  if (link === undefined) return null;
  const [, reference = ''] = /^<([^>]*)>; rel="next"$/.exec(String(link)) ?? [];
  const next = new URL(reference, `http://127.0.0.1${path}`);
  return next.pathname + next.search;
}

async function pagesOf(client: Client, first: string): Promise<Reply[]> {
  const pages: Reply[] = [];
  for (let path: string | null = first; path !== null; path = nextOf(pages.at(-1) as Reply, path)) {
    pages.push(await client.get(path));
  }
  return pages;
}

describe.each(VERSIONS)('lists: %s', (_, makeApp) => {
  it('have /all newest first, of every status', async () => {
    const client = await serve(makeApp, await fiveStatuses(7));
    const reply = await client.get('/all');
    expect(reply.json<WireTaskList>().tasks.map((task) => [task.task_id, task.status])).toEqual([
      ['task-7', 'failed'],
      ['task-6', 'completed'],
      ['task-5', 'pending'],
      ['task-4', 'cancelled'],
      ['task-3', 'running'],
      ['task-2', 'failed'],
      ['task-1', 'completed'],
    ]);
    expect(totalOf(reply)).toBe(7);
    expect(reply.headers.link).toBeUndefined();
  });

  it('have /running and /pending oldest first', async () => {
    const client = await serve(makeApp, await fiveStatuses(20));
    const running = await client.get('/running');
    expect(idsOf(running)).toEqual(['task-3', 'task-8', 'task-13', 'task-18']);
    expect(totalOf(running)).toBe(4);
    expect(idsOf(await client.get('/pending'))).toEqual([
      'task-5',
      'task-10',
      'task-15',
      'task-20',
    ]);
  });

  it('leave out completed, failed and cancelled tasks with include_completed=false', async () => {
    const client = await serve(makeApp, await fiveStatuses(10));
    const reply = await client.get('/all?include_completed=false');
    expect(idsOf(reply)).toEqual(['task-10', 'task-8', 'task-5', 'task-3']);
    expect(totalOf(reply)).toBe(4);
  });

  it('are empty lists without tasks', async () => {
    const client = await serve(makeApp, new TaskMonitor());
    for (const path of ['/all', '/running', '/pending', '/all?include_completed=0']) {
      expect((await client.get(path)).body).toBe('{"tasks":[],"total_count":0}');
    }
  });

  it('have 50 tasks on /all unless told otherwise, and count all', async () => {
    const client = await serve(makeApp, await fiveStatuses(60));
    const reply = await client.get('/all');
    expect(idsOf(reply)).toHaveLength(50);
    expect(totalOf(reply)).toBe(60);
  });

  it('have at most `limit` tasks, and count all', async () => {
    const client = await serve(makeApp, await fiveStatuses(12));
    expect(idsOf(await client.get('/all?limit=1'))).toEqual(['task-12']);
    expect(totalOf(await client.get('/all?limit=1'))).toBe(12);
    expect(idsOf(await client.get('/all?limit=12'))).toHaveLength(12);
    expect(idsOf(await client.get('/all?limit=1000'))).toHaveLength(12);
  });

  it('never have more than 1,000 tasks', async () => {
    const monitor = new TaskMonitor();
    for (let number = 1; number <= 1_001; number++)
      await monitor.register({ id: `task-${number}` });
    const client = await serve(makeApp, monitor);
    for (const path of ['/pending', '/all?limit=1000']) {
      const pages = await pagesOf(client, path);
      expect(pages.map((page) => [idsOf(page).length, totalOf(page)])).toEqual([
        [1_000, 1_001],
        [1, 1_001],
      ]);
    }
    expect(idsOf((await pagesOf(client, '/pending'))[1] as Reply)).toEqual(['task-1001']);
  });

  it('yield every task once when Link is followed to the end', async () => {
    const client = await serve(makeApp, await fiveStatuses(53));
    const pages = await pagesOf(client, '/all?limit=10');
    expect(pages).toHaveLength(6);
    expect(pages.flatMap(idsOf)).toEqual(Array.from({ length: 53 }, (_, i) => `task-${53 - i}`));
    expect(new Set(pages.map(totalOf))).toEqual(new Set([53]));
  });

  it('keep to what was asked for on every page', async () => {
    const client = await serve(makeApp, await fiveStatuses(50));
    const pages = await pagesOf(client, '/all?include_completed=no&limit=7');
    expect(pages.map((page) => idsOf(page).length)).toEqual([7, 7, 6]);
    expect(
      pages.flatMap((page) => page.json<WireTaskList>().tasks.map((task) => task.status)),
    ).toEqual(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'pending' : 'running')));
  });

  it('go on where they were when tasks came and went in between', async () => {
    const monitor = await fiveStatuses(10);
    const client = await serve(makeApp, monitor);
    const first = await client.get('/all?limit=5');
    expect(idsOf(first)).toEqual(['task-10', 'task-9', 'task-8', 'task-7', 'task-6']);
    await monitor.register({ id: 'task-11' });
    await monitor.remove('task-6');
    const next = nextOf(first, '/all') as string;
    expect(idsOf(await client.get(next))).toEqual([
      'task-5',
      'task-4',
      'task-3',
      'task-2',
      'task-1',
    ]);
  });

  it('stay below 1 MiB, and yield every task once all the same', async () => {
    const monitor = new TaskMonitor();
    const metadata = { transcript: 'é'.repeat(30_000) };
    for (let number = 1; number <= 40; number++) {
      await monitor.register({ id: `task-${number}`, metadata });
    }
    const client = await serve(makeApp, monitor);
    const pages = await pagesOf(client, '/all');
    expect(pages).toHaveLength(3);
    for (const page of pages) {
      expect(Buffer.byteLength(page.body)).toBeLessThanOrEqual(1_048_576);
      expect(totalOf(page)).toBe(40);
    }
    expect(pages.flatMap(idsOf)).toEqual(Array.from({ length: 40 }, (_, i) => `task-${40 - i}`));
    expect((await pagesOf(client, '/pending')).flatMap(idsOf)).toEqual(
      Array.from({ length: 40 }, (_, i) => `task-${i + 1}`),
    );
  });

  it('link to addresses below any mount and proxy', async () => {
    const reply = await (await serve(makeApp, await fiveStatuses(3))).get('/all?limit=1');
    expect(new URL(nextOf(reply, '/all') as string, 'http://x').pathname).toBe('/all');
    expect(reply.headers.link).toMatch(/^<\?[^>/]*>; rel="next"$/);
  });
});

describe.each(VERSIONS)('a task: %s', (_, makeApp) => {
  it('has the nine fields in the documented order, absent ones null', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    const client = await serve(makeApp, monitor);
    const task = (await client.get('/task-1')).json<WireTask>();
    expect(Object.keys(task)).toEqual([
      'task_id',
      'command',
      'status',
      'created_at',
      'started_at',
      'completed_at',
      'error_message',
      'progress',
      'metadata',
    ]);
    expect(task).toMatchObject({
      command: [],
      started_at: null,
      error_message: null,
      metadata: {},
    });
    expect((await client.get('/task-1?wide=1&fields=task_id')).body).toBe(JSON.stringify(task));
  });

  it('tells structured progress as text', async () => {
    const monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    const client = await serve(makeApp, monitor);
    const progress = async (): Promise<string | null> =>
      (await client.get('/task-1')).json<WireTask>().progress;
    expect(await progress()).toBeNull();
    await monitor.progress('task-1', { current: 12, total: 80, unit: 'segments' });
    expect(await progress()).toBe('12/80 segments (15%)');
    await monitor.progress('task-1', 'embedding');
    expect(await progress()).toBe('embedding');
  });

  it('tells what it failed with, never the stack', async () => {
    const monitor = new TaskMonitor({ captureStacks: true });
    await monitor.register({ id: 'task-1' });
    await monitor.start('task-1');
    await monitor.fail('task-1', new RangeError('Segment 81 of 80.'));
    const { body } = await (await serve(makeApp, monitor)).get('/task-1');
    expect(JSON.parse(body)).toMatchObject({
      status: 'failed',
      error_message: 'Segment 81 of 80.',
    });
    expect(body).not.toMatch(/stack|\.ts:\d/);
  });

  it('has metadata as it was given, whatever its keys', async () => {
    const monitor = new TaskMonitor();
    const metadata = JSON.parse(
      '{"__proto__":{"a":1},"constructor":"x","</script>":"\\u2028","深":[null]}',
    ) as object;
    await monitor.register({ id: 'task-1', metadata });
    const { body } = await (await serve(makeApp, monitor)).get('/task-1');
    expect(body).toContain(JSON.stringify(metadata));
  });
});

import { TaskMonitor } from '@task-monitor/core';
import { bodyOf, serve, type Served } from '../../test/served.js';
import type { WireTaskList } from '../contract/lists.js';

async function ids(served: Served, path: string): Promise<readonly string[]> {
  const { tasks } = await bodyOf<WireTaskList>(served.get(path));
  return tasks.map((task) => task.task_id);
}

/** Follows `Link` from page to page, and returns the ids of each. */
async function pages(served: Served, path: string): Promise<readonly (readonly string[])[]> {
  const found: string[][] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const { body, headers } = await served.get(next);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(1_048_576);
    found.push((JSON.parse(body) as WireTaskList).tasks.map((task) => task.task_id));
    const link: string | undefined = /^<(.*)>; rel="next"$/.exec(
      String(headers['link'] ?? ''),
    )?.[1];
    if (link === undefined) break;
    const url: URL = new URL(link, `http://localhost${next}`);
    next = url.pathname + url.search;
  }
  return found;
}

describe('lists', () => {
  let monitor: TaskMonitor;
  let served: Served;
  beforeEach(async () => {
    monitor = new TaskMonitor();
    served = await serve(monitor);
  });
  afterEach(() => monitor.close());

  async function register(count: number, metadata: object = {}): Promise<void> {
    for (let n = 1; n <= count; n++) await monitor.register({ id: `task-${n}`, metadata });
  }

  it.each([
    ['ASCII', 'a'],
    ['Latin-1', 'é'],
    ['more than that', '映'],
  ])('are whole in %s, short and long, and say how many bytes they have', async (_, letter) => {
    for (const [count, title] of [
      [0, ''],
      [1, letter],
      [30, letter.repeat(1_000)],
    ] as const) {
      for (let n = 0; n < count; n++) await monitor.register({ metadata: { title } });
      const { body, headers } = await served.get('/all');
      const { tasks } = JSON.parse(body) as { tasks: { metadata: { title: string } }[] };
      expect(tasks.filter(({ metadata }) => metadata.title === title)).toHaveLength(count);
      expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    }
  });

  it('are empty without tasks', async () => {
    for (const path of ['/running', '/pending', '/all']) {
      const { body, headers } = await served.get(path);
      expect([body, headers['link']]).toEqual(['{"tasks":[],"total_count":0}', undefined]);
    }
  });

  it('have their order: running and pending oldest first, all newest first', async () => {
    await register(4);
    await monitor.start('task-3');
    await monitor.start('task-1');
    await monitor.cancel('task-4');
    expect(await ids(served, '/running')).toEqual(['task-1', 'task-3']);
    expect(await ids(served, '/pending')).toEqual(['task-2']);
    expect(await ids(served, '/all')).toEqual(['task-4', 'task-3', 'task-2', 'task-1']);
    const active = ['task-3', 'task-2', 'task-1'];
    expect(await ids(served, '/all?include_completed=False')).toEqual(active);
  });

  it('count what matches before any limit, and name the next page', async () => {
    await register(5);
    const { body, headers } = await served.get('/all?limit=2');
    expect(JSON.parse(body)).toMatchObject({ total_count: 5 });
    expect(headers['link']).toBe('<?limit=2&cursor=4>; rel="next"');
    expect(await pages(served, '/all?limit=2')).toEqual([
      ['task-5', 'task-4'],
      ['task-3', 'task-2'],
      ['task-1'],
    ]);
  });

  it('are 50 tasks long unless told otherwise', async () => {
    await register(51);
    expect(await ids(served, '/all')).toHaveLength(50);
    expect(await ids(served, '/all?limit=1000')).toHaveLength(51);
  });

  it('end at 1,000 tasks', async () => {
    await register(1_001);
    const [first, second] = await pages(served, '/pending');
    expect([first?.length, second]).toEqual([1_000, ['task-1001']]);
  });

  it('end at 1 MiB, and their pages have every task once', async () => {
    await register(70, { filler: 'é'.repeat(30_000) });
    for (const path of ['/pending', '/all?limit=1000']) {
      const found = await pages(served, path);
      expect(found.map((page) => page.length)).toEqual([17, 17, 17, 17, 2]);
      expect(new Set(found.flat()).size).toBe(70);
    }
  });

  it('refuse a cursor that is none', async () => {
    expect((await served.get('/all?cursor=abc')).status).toBe(400);
    expect((await served.get('/running?cursor=-1')).status).toBe(400);
    expect((await served.get('/pending?cursor=7')).status).toBe(200);
  });
});

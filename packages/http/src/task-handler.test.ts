import { type Task, TaskMonitor } from '@task-monitor/core';
import { aFaultyMonitor } from '../test/faulty-monitor.js';
import { bodyOf, serve } from '../test/served.js';
import type { Action } from './contract.js';
import type { WireTaskList } from './contract/lists.js';
import type { WireStats } from './contract/numbers.js';
import type { WireProblem } from './problem.js';

const PATHS = ['/stats', '/running', '/pending', '/all', '/task-1', '/count/running'];

describe('createTaskHandler', () => {
  let monitor: TaskMonitor;
  beforeEach(async () => {
    monitor = new TaskMonitor();
    await monitor.register({ id: 'task-1', tags: ['a'] });
    await monitor.register({ id: 'task-2', tags: ['b'] });
  });
  afterEach(() => monitor.close());

  it.each([...PATHS, '/task-9', '/all?limit=x'])(
    'tells HEAD of %s all but the body',
    async (path) => {
      const { ask } = await serve(monitor);
      const [{ headers, ...get }, head] = [await ask('GET', path), await ask('HEAD', path)];
      expect(get.body.length).toBe(Number(headers['content-length']));
      expect([head.status, head.body]).toEqual([get.status, '']);
      expect({ ...head.headers, date: '' }).toEqual({ ...headers, date: '' });
    },
  );

  it.each([
    ['/stats', 'GET, HEAD, OPTIONS'],
    ['/task-9', 'GET, HEAD, OPTIONS'],
    ['/cleanup', 'DELETE, OPTIONS'],
  ])('tells the methods of %s', async (path, allow) => {
    const { ask } = await serve(monitor, { authorize: () => false });
    const options = await ask('OPTIONS', path);
    expect([options.status, options.body, options.headers['allow']]).toEqual([204, '', allow]);
    for (const method of ['PUT', 'POST', 'PATCH', 'TRACE', 'PROPFIND', 'LINK']) {
      const { status, headers } = await ask(method, path);
      expect([method, status, headers['allow']]).toEqual([method, 405, allow]);
    }
  });

  it('asks authorize for every endpoint, with the task where there is one', async () => {
    const asked: [Action, string | undefined][] = [];
    const authorize = (_: unknown, { action, task }: { action: Action; task: Task | null }) => {
      asked.push([action, task?.id]);
      return true;
    };
    const { ask } = await serve(monitor, { authorize });
    for (const path of [...PATHS, '/task-9']) {
      for (const method of ['GET', 'HEAD']) await ask(method, path);
    }
    await ask('DELETE', '/cleanup');
    const ids = [...PATHS, '/task-9'].map((path) => (path === '/task-1' ? 'task-1' : undefined));
    expect(asked).toEqual([
      ...ids.flatMap((id) => [
        ['read', id],
        ['read', id],
      ]),
      ['cleanup', undefined],
    ]);
  });

  it('answers what is refused without a word of whether it is there', async () => {
    const { ask, get } = await serve(monitor, { authorize: () => false });
    const bodies = new Set<string>();
    for (const path of [...PATHS, '/task-9']) {
      const { status, body } = await get(path);
      expect(status).toBe(403);
      bodies.add(body);
    }
    bodies.add((await ask('DELETE', '/cleanup')).body);
    expect(bodies.size).toBe(1);
  });

  it('shows and cleans up only what the filter matches', async () => {
    const served = await serve(monitor, { authorize: () => ({ filter: { tag: 'a' } }) });
    const { tasks, total_count: total } = await bodyOf<WireTaskList>(served.get('/all'));
    expect([tasks.map((task) => task.task_id), total]).toEqual([['task-1'], 1]);
    expect(await bodyOf<WireStats>(served.get('/stats'))).toMatchObject({ total_tasks: 1 });
    expect((await served.get('/task-1')).status).toBe(200);
    const [hidden, missing] = [await served.get('/task-2'), await served.get('/task-9')];
    expect(hidden.body).toBe(missing.body.replace('task-9', 'task-2'));
    await monitor.cancel('task-1');
    await monitor.cancel('task-2');
    const cleaned = await served.ask('DELETE', '/cleanup?days=0');
    expect(cleaned.body).toBe('{"cleaned_tasks":1,"days":0}');
    expect((await monitor.get('task-2')).id).toBe('task-2');
  });

  it('shows nothing where the filter contradicts the question', async () => {
    const filter = { statuses: ['failed' as const] };
    const served = await serve(monitor, { authorize: () => ({ filter }) });
    expect((await served.get('/pending')).body).toBe('{"tasks":[],"total_count":0}');
    expect((await served.get('/count/running')).body).toBe('{"running_tasks":0}');
  });

  it('changes nothing when it is read-only', async () => {
    await monitor.cancel('task-1');
    const { ask, get } = await serve(monitor, { readOnly: true });
    expect((await ask('DELETE', '/cleanup?days=0')).status).toBe(403);
    expect(await monitor.count()).toBe(2);
    expect((await get('/all')).status).toBe(200);
  });

  it('does not do for a client that was refused what authorize allows too late', async () => {
    await monitor.cancel('task-1');
    let allow = (_decision: boolean): void => {};
    const decision = new Promise<boolean>((resolve) => {
      allow = resolve;
    });
    const told: unknown[] = [];
    const onError = (error: unknown): void => void told.push(error);
    const options = { authorize: () => decision, requestTimeoutMs: 20, onError };
    const { ask } = await serve(monitor, options);
    expect((await ask('DELETE', '/cleanup?days=0')).status).toBe(403);
    allow(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await monitor.count()).toBe(2);
    expect(told).toEqual([new Error('authorize did not answer within 20 ms')]);
  });

  it('answers 503 when the monitor is closed', async () => {
    const { get } = await serve(monitor, { onError: () => {} });
    await monitor.close();
    const { status, headers, body } = await get('/stats');
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect((JSON.parse(body) as WireProblem).code).toBe('MONITOR_CLOSED');
  });

  it('answers what a monitor throws at once', async () => {
    const thrower = aFaultyMonitor(() => {
      throw new RangeError('not a promise at all');
    });
    const { get } = await serve(thrower, { onError: () => {} });
    for (const path of PATHS) expect((await get(path)).status).toBe(500);
  });

  it('refuses options that it does not have', async () => {
    await expect(serve(monitor, { readonly: true } as never)).rejects.toThrow('`readOnly`');
  });
});

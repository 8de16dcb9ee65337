import { type Task, TaskMonitor } from '@task-monitor/core';
import { FakeClock } from '@task-monitor/core/testing';
import { type Family, parsePrometheus, type Sample } from '../../test/prometheus-text.js';
import { serve, type Served } from '../../test/served.js';

type Families = ReadonlyMap<string, Family>;

/** The metrics, once those of the last of `tasks` are among them: they are counted a moment later. */
async function metricsWith(served: Served, ended: number): Promise<Families> {
  for (;;) {
    const { status, body, headers } = await served.get('/metrics');
    expect([status, headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const families = parsePrometheus(body);
    const total = samplesOf(families, 'task_monitor_tasks_finished_total').reduce(
      (sum, { value }) => sum + value,
      0,
    );
    if (total >= ended) return families;
  }
}

function samplesOf(families: Families, name: string): readonly Sample[] {
  return families.get(name)?.samples ?? [];
}

function valueOf(families: Families, name: string, labels: object = {}): number | undefined {
  return samplesOf(families, name).find(
    (sample) => JSON.stringify(sample.labels) === JSON.stringify(labels),
  )?.value;
}

describe('metrics', () => {
  let clock: FakeClock;
  let monitor: TaskMonitor;
  beforeEach(() => {
    clock = new FakeClock(Date.now());
    monitor = new TaskMonitor({ clock, retention: false });
  });
  afterEach(() => monitor.close());

  async function run(type: string | null, end: 'complete' | 'fail' | 'cancel'): Promise<Task> {
    const { id } = await monitor.register(type === null ? {} : { type });
    clock.jumpWall(3_000);
    await monitor.start(id);
    clock.jumpWall(30_000);
    if (end === 'fail') return monitor.fail(id, new Error('no'));
    return end === 'complete' ? monitor.complete(id) : monitor.cancel(id);
  }

  it('are not there unless they are on', async () => {
    const { status, body } = await (await serve(monitor)).get('/metrics');
    expect([status, JSON.parse(body)]).toMatchObject([
      404,
      { code: 'PATH_NOT_FOUND', detail: 'There are no metrics: the option `metrics` is off.' },
    ]);
  });

  it('are for those who may read everything', async () => {
    for (const [answer, expected] of [
      [true, 200],
      [false, 403],
      [{ filter: { tag: 'a' } }, 403],
      [{ filter: {} }, 200],
    ] as const) {
      const { get } = await serve(monitor, { metrics: true, authorize: () => answer });
      expect((await get('/metrics')).status).toBe(expected);
    }
  });

  it('count how tasks end, how long they wait and how long they run', async () => {
    const served = await serve(monitor, { metrics: true });
    await run('ingest', 'complete');
    const { completedAt } = await run('ingest', 'complete');
    await run('ingest', 'fail');
    await run(null, 'cancel');
    const families = await metricsWith(served, 4);
    const finished = (labels: object): number | undefined =>
      valueOf(families, 'task_monitor_tasks_finished_total', labels);
    expect(finished({ type: 'ingest', status: 'completed', reason: 'caller' })).toBe(2);
    expect(finished({ type: 'ingest', status: 'failed', reason: 'error' })).toBe(1);
    expect(finished({ type: 'none', status: 'cancelled', reason: 'cancel' })).toBe(1);
    const duration = samplesOf(families, 'task_monitor_task_duration_seconds');
    const completed = duration.filter(({ labels }) => labels['status'] === 'completed');
    expect(
      completed.map(({ name, labels, value }) => [name.slice(34), labels['le'] ?? '', value]),
    ).toEqual([
      ...['0.1', '0.5', '1', '5', '15'].map((le) => ['_bucket', le, 0]),
      ...['60', '300', '900', '1800', '3600', '7200', '+Inf'].map((le) => ['_bucket', le, 2]),
      ['_sum', '', 60],
      ['_count', '', 2],
    ]);
    const wait = samplesOf(families, 'task_monitor_task_wait_seconds');
    expect(
      wait.find(({ name, labels }) => name.endsWith('_sum') && labels['type'] === 'ingest'),
    ).toMatchObject({ value: 9 });
    expect(
      valueOf(families, 'task_monitor_task_last_success_timestamp_seconds', { type: 'ingest' }),
    ).toBe((completedAt ?? 0) / 1_000);
  });

  it('tell how things stand', async () => {
    await monitor.register();
    const { id } = await monitor.register();
    await monitor.start(id);
    const families = await metricsWith(await serve(monitor, { metrics: true }), 0);
    expect(valueOf(families, 'task_monitor_tasks', { status: 'pending' })).toBe(1);
    expect(valueOf(families, 'task_monitor_tasks', { status: 'failed' })).toBe(0);
    expect(valueOf(families, 'task_monitor_running_tasks', { health: 'ok' })).toBe(1);
    expect(valueOf(families, 'task_monitor_store_up')).toBe(1);
    expect(valueOf(families, 'task_monitor_audit_ok')).toBeUndefined();
    expect(valueOf(families, 'task_monitor_streams_open')).toBe(0);
    expect(valueOf(families, 'task_monitor_events_dropped_total')).toBe(0);
    expect(valueOf(families, 'task_monitor_evictions_total', { cause: 'age' })).toBe(0);
    expect(valueOf(families, 'task_monitor_oldest_pending_seconds')).toBeGreaterThanOrEqual(0);
    clock.advance(1_000);
    const served = await serve(monitor, { metrics: true });
    let audited = await metricsWith(served, 0);
    while (valueOf(audited, 'task_monitor_audit_ok') === undefined)
      audited = await metricsWith(served, 0);
    expect(valueOf(audited, 'task_monitor_audit_ok')).toBe(1);
    expect(valueOf(audited, 'task_monitor_feed_lag_seconds')).toBe(0);
  });

  it('escape types, whatever they are', async () => {
    const served = await serve(monitor, { metrics: true });
    const hostile = ['a"b\n\\', '\\n', '{},="', 'x"} 1\ntask_monitor_store_up 0', '№ 7', '\\'];
    for (const type of hostile) await run(type, 'complete');
    const families = await metricsWith(served, hostile.length);
    const types = samplesOf(families, 'task_monitor_tasks_finished_total').map(
      ({ labels }) => labels['type'],
    );
    expect(types).toEqual(hostile);
  });

  it('have 102 types at most, and no id, name or other text of a task', async () => {
    const served = await serve(monitor, { metrics: true });
    for (let n = 0; n < 10_000; n++) {
      const canary = { name: `canary-${n}`, metadata: { canary: 'canary' }, tags: ['canary'] };
      const { id } = await monitor.register({ id: `canary-${n}`, type: `type-${n}`, ...canary });
      await monitor.start(id);
      await monitor.fail(id, new Error('canary'));
      // So that the reader, which is another one, is not told that it missed changes.
      if (n % 500 === 499) await metricsWith(served, n + 1);
    }
    await run(null, 'complete');
    const families = await metricsWith(served, 10_001);
    const series = [...families.values()].flatMap(({ samples }) => samples);
    const types = new Set(series.map(({ labels }) => labels['type']).filter(Boolean));
    expect(types.size).toBe(102);
    expect(series.length).toBeLessThan(2_000);
    expect(
      valueOf(families, 'task_monitor_tasks_finished_total', {
        type: 'other',
        status: 'failed',
        reason: 'error',
      }),
    ).toBe(9_900);
    expect(JSON.stringify(series)).not.toContain('canary');
  });
});

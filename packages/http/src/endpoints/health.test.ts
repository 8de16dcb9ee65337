import { MemoryStore, TaskMonitor } from '@task-monitor/core';
import { FaultStore } from '@task-monitor/core/testing';
import { bodyOf, serve } from '../../test/served.js';
import type { WireVitals } from '../contract/health.js';

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

describe('health', () => {
  let store: FaultStore;
  let monitor: TaskMonitor;
  beforeEach(() => {
    store = new FaultStore(new MemoryStore());
    monitor = new TaskMonitor({ store });
  });
  afterEach(async () => {
    store.set('counts', 'ok');
    await monitor.close();
  });

  it('is ok while the store answers', async () => {
    const { get } = await serve(monitor);
    const { status, body } = await get('/health');
    expect([status, JSON.parse(body)]).toEqual([
      200,
      {
        status: 'ok',
        store: { reachable: true, latency_ms: expect.any(Number) as number },
        audit: { result: null, at: null, age_ms: null },
        feed: { lag_ms: null, streams: 0 },
        dropped_events: 0,
        evictions: { age: 0, count: 0, bytes: 0 },
        checked_at: INSTANT,
      },
    ]);
  });

  it('is 503 with the same body while it does not', async () => {
    store.set('counts', 'failBefore');
    const { status, headers, body } = await (await serve(monitor)).get('/health');
    expect([status, headers['content-type']]).toEqual([503, 'application/json; charset=utf-8']);
    expect(JSON.parse(body)).toMatchObject({
      status: 'unavailable',
      store: { reachable: false, latency_ms: null },
    });
  });

  it('tells who may see a part of the tasks nothing of how many there are', async () => {
    const served = await serve(monitor, { authorize: () => ({ filter: { tag: 'a' } }) });
    const { evictions, status } = await bodyOf<WireVitals>(served.get('/health'));
    expect([evictions, status]).toEqual([null, 'ok']);
    const { get } = await serve(monitor, { authorize: () => false });
    expect((await get('/health')).status).toBe(403);
  });
});

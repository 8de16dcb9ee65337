import { setImmediate as turn } from 'node:timers/promises';
import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { TaskMonitorOptions } from './monitor-options.js';
import type { StoreAudit } from './store.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';
import { Writer } from './testing/writer.js';

/** A store whose counters say of themselves that one more task is pending. */
class MiscountingStore extends FaultStore {
  isWrong = true;

  override async audit(): Promise<StoreAudit> {
    const { counted, recounted } = await super.audit();
    return {
      counted: { ...counted, pending: counted.pending + (this.isWrong ? 1 : 0) },
      recounted,
    };
  }
}

describe('vitals', () => {
  let clock: FakeClock;
  let store: MiscountingStore;
  let monitor: TaskMonitor;
  let errors: string[];
  const open = (options: TaskMonitorOptions = {}, changes = 10_000): void => {
    store = new MiscountingStore(new MemoryStore({ clock, changes }));
    store.isWrong = false;
    monitor = new TaskMonitor({
      store,
      clock,
      onError: (error, where) => errors.push(`${where}: ${(error as Error).message}`),
      ...options,
    });
  };
  /** Lets an audit that was begun come to its end. */
  const audited = async (): Promise<void> => {
    for (let turns = 0; turns < 5; turns++) await turn();
  };
  beforeEach(() => {
    clock = new FakeClock();
    errors = [];
    open();
  });
  afterEach(() => monitor.close());

  it('are well at first, before anything was audited', async () => {
    await monitor.register();
    expect(await monitor.vitals()).toEqual({
      status: 'ok',
      store: { reachable: true, latencyMs: 0 },
      counts: { pending: 1, running: 0, completed: 0, failed: 0, cancelled: 0 },
      audit: { result: null, at: null, ageMs: null, counted: null, recounted: null },
      feedLagMs: null,
      resets: 0,
      evictions: { age: 0, count: 0, bytes: 0 },
      checkedAt: Date.UTC(2026, 0, 1),
    });
  });

  it('audit the store in the background, at most every ten minutes, and only if somebody asks', async () => {
    clock.advance(3_600_000);
    await audited();
    expect(store.calls('audit')).toBe(0);
    await monitor.vitals();
    await audited();
    clock.advance(60_000);
    const { audit } = await monitor.vitals();
    expect(audit).toMatchObject({ result: 'ok', ageMs: 60_000 });
    clock.advance(539_999);
    await monitor.vitals();
    await audited();
    expect(store.calls('audit')).toBe(1);
    clock.advance(1_001);
    await monitor.vitals();
    await audited();
    expect(store.calls('audit')).toBe(2);
  });

  it('tell of counters that are wrong, and report that once', async () => {
    store.isWrong = true;
    for (let times = 0; times < 3; times++) {
      await monitor.vitals();
      await audited();
      clock.advance(600_000);
    }
    expect(await monitor.vitals()).toMatchObject({
      status: 'degraded',
      audit: { result: 'differs', counted: { pending: 1 }, recounted: { pending: 0 } },
    });
    expect(errors.filter((error) => error.startsWith('auditing'))).toEqual([
      'auditing the store: The counters of the store are not what a recount of its tasks gives (pending: 1 rather than 0). Lists and single tasks are right; counts and statistics are not.',
    ]);
    store.isWrong = false;
    await audited();
    clock.advance(600_000);
    await monitor.vitals();
    await audited();
    clock.advance(1_000);
    expect(await monitor.vitals()).toMatchObject({ status: 'ok', audit: { result: 'ok' } });
  });

  it('report an audit that failed, and try again a minute later', async () => {
    store.set('audit', 'failBefore');
    await monitor.vitals();
    await audited();
    expect(errors).toEqual(['auditing the store: The store did not answer audit (failBefore).']);
    store.set('audit', 'ok');
    clock.advance(59_000);
    await monitor.vitals();
    await audited();
    clock.advance(1_000);
    await monitor.vitals();
    await audited();
    clock.advance(1_000);
    expect(await monitor.vitals()).toMatchObject({ audit: { result: 'ok', ageMs: 1_000 } });
  });

  it('tell within two seconds that the store does not answer, whether it says so or says nothing', async () => {
    store.set('counts', 'failBefore');
    expect(await monitor.vitals()).toMatchObject({
      status: 'unavailable',
      store: { reachable: false, latencyMs: null },
      counts: null,
    });
    clock.advance(1_000);
    store.set('counts', 'hang');
    const asked = monitor.vitals();
    await turn();
    clock.advance(2_000);
    expect(await asked).toMatchObject({ status: 'unavailable' });
    store.set('counts', 'ok');
    clock.advance(1_000);
    expect(await monitor.vitals()).toMatchObject({ status: 'ok' });
  });

  it('ask the store once, however many ask within a second', async () => {
    await Promise.all(Array.from({ length: 100 }, () => monitor.vitals()));
    clock.advance(999);
    await monitor.vitals();
    expect(store.calls('counts')).toBe(1);
    clock.advance(1);
    await monitor.vitals();
    expect(store.calls('counts')).toBe(2);
  });

  it('tell how far the feed is behind, once there is one', async () => {
    const { id } = await monitor.register();
    const watching = monitor.watch({ taskId: id });
    await watching.next();
    expect(await monitor.vitals()).toMatchObject({ feedLagMs: 0 });
    store.set('changesAfter', 'delayAnswer');
    await monitor.start(id);
    await watching.next();
    await turn();
    // From here on the feed hears nothing, while its lag is asked for.
    await monitor.progress(id, 'on');
    store.set('changesAfter', 'ok');
    clock.advance(1_000);
    await monitor.vitals();
    clock.advance(11_000);
    expect(await monitor.vitals()).toMatchObject({ status: 'degraded', feedLagMs: 11_000 });
    store.release();
    await watching.return?.();
  });

  it('count what retention removed, by what it was over', async () => {
    await monitor.close();
    open({ retention: { maxAgeMs: 30_000, maxFinished: 2 } });
    const writer = new Writer(store);
    await writer.createFinished({}, { completedAt: clock.now() });
    for (let made = 0; made < 5; made++)
      await writer.createFinished({}, { completedAt: clock.now() + 3_600_000 + made });
    await clock.advanceAsync(60_000);
    expect(await monitor.vitals()).toMatchObject({ evictions: { age: 1, count: 3, bytes: 0 } });
  });

  it('count what the memory store let go itself, since the monitor was made', async () => {
    await monitor.close();
    const memory = new MemoryStore({ clock, maxFinished: 2, maxBytes: 100_000 });
    const writer = new Writer(memory);
    for (let made = 0; made < 5; made++) await writer.createFinished();
    monitor = new TaskMonitor({ store: memory, clock });
    expect(await monitor.vitals()).toMatchObject({ evictions: { count: 0, bytes: 0 } });
    await writer.createFinished();
    await writer.createFinished({ metadata: { text: 'x'.repeat(60_000) } });
    await writer.createFinished({ metadata: { text: 'x'.repeat(60_000) } });
    clock.advance(1_000);
    const { evictions } = await monitor.vitals();
    expect(evictions.count + evictions.bytes).toBe(4);
    expect(evictions.bytes).toBeGreaterThanOrEqual(1);
  });

  it('count how often a reader missed changes', async () => {
    await monitor.close();
    open({}, 10);
    const { position } = await monitor.changes(null, { limit: 0, waitMs: 0 });
    for (let made = 0; made < 50; made++) await monitor.register();
    expect(await monitor.changes(position, { limit: 10, waitMs: 0 })).toMatchObject({
      reset: true,
    });
    for await (const event of monitor.watch({ after: position })) {
      expect(event.type).toBe('reset');
      break;
    }
    expect(await monitor.vitals()).toMatchObject({ resets: 2 });
  });

  it('reject once the monitor is closed', async () => {
    await monitor.close();
    await expect(monitor.vitals()).rejects.toMatchObject({ code: 'MONITOR_CLOSED' });
  });
});

import { MemoryStore } from './memory/memory-store.js';
import { historySpread, PastDurations } from './past-durations.js';
import { CREATED_AT } from './testing/builders.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';
import { Writer } from './testing/writer.js';

describe('PastDurations', () => {
  let clock: FakeClock;
  let store: FaultStore;
  let writer: Writer;
  let durations: PastDurations;
  const complete = async (type: string, ms: number): Promise<void> => {
    const { id } = await writer.createRunning({ type });
    await writer.end(id, { status: 'completed', completedAt: CREATED_AT + 1_000 + ms });
  };
  beforeEach(() => {
    clock = new FakeClock();
    store = new FaultStore(new MemoryStore({ clock }));
    writer = new Writer(store);
    durations = new PastDurations(store, clock);
  });

  it('are those of the newest 50 completed tasks of a type', async () => {
    for (let ms = 1; ms <= 60; ms++) await complete('ingest', ms * 10_000);
    const { id } = await writer.createRunning({ type: 'ingest' });
    await writer.end(id, { status: 'failed', completedAt: CREATED_AT + 1 });
    const found = (await durations.of(['ingest'])).get('ingest') ?? [];
    expect(found).toHaveLength(50);
    expect([Math.max(...found), Math.min(...found)].map((ms) => ms / 10_000)).toEqual([60, 11]);
  });

  it('are none of fewer than three tasks, and none without a type', async () => {
    await complete('ingest', 10_000);
    await complete('ingest', 20_000);
    expect([...(await durations.of(['ingest', 'index', null])).keys()]).toEqual([]);
  });

  it('are read once in 10 s, however many ask at once', async () => {
    for (const ms of [10_000, 20_000, 30_000]) await complete('ingest', ms);
    await Promise.all([durations.of(['ingest', 'ingest']), durations.of(['ingest'])]);
    clock.advance(9_999);
    await durations.of(['ingest']);
    expect(store.calls('list')).toBe(1);
    clock.advance(1);
    await durations.of(['ingest']);
    expect(store.calls('list')).toBe(2);
  });

  it('are those of 200 types at most: others wait until one of these is old', async () => {
    const types = Array.from({ length: 300 }, (_, index) => `type-${index}`);
    for (let calls = 0; calls < 20; calls++) await durations.of(types);
    expect(store.calls('list')).toBe(200);
    clock.advance(10_000);
    for (let calls = 0; calls < 5; calls++) await durations.of(types.slice(250));
    expect(store.calls('list')).toBe(250);
  });

  it('are read 20 types at a time', async () => {
    store.set('list', 'delay');
    const types = Array.from({ length: 50 }, (_, index) => `type-${index}`);
    const [first, second] = [durations.of(types), durations.of(types)];
    expect(store.calls('list')).toBe(20);
    store.release();
    await Promise.all([first, second]);
    void durations.of(types);
    expect(store.calls('list')).toBe(40);
    store.release();
  });

  it('are none while the store does not answer', async () => {
    for (const ms of [10_000, 20_000, 30_000]) await complete('ingest', ms);
    store.set('list', 'failBefore');
    expect((await durations.of(['ingest'])).size).toBe(0);
    store.set('list', 'ok');
    clock.advance(10_000);
    expect((await durations.of(['ingest'])).get('ingest')).toHaveLength(3);
  });
});

describe('historySpread', () => {
  const DURATIONS = [100, 200, 300, 400, 500, 600, 700, 800, 900];

  it('is what such tasks took', () => {
    expect(historySpread(DURATIONS, 0)).toEqual({ p50: 500, p90: 900 });
  });

  it('goes by those alone that took longer than this one has by now', () => {
    expect(historySpread(DURATIONS, 450)).toMatchObject({ p50: 250 });
    expect(historySpread(DURATIONS, 790)).toMatchObject({ p50: 110 });
  });

  it('of a task that is overdue is the longer, the longer it has run', () => {
    const [first, second] = [historySpread(DURATIONS, 1_000), historySpread(DURATIONS, 2_000)];
    expect([first.p50, first.p90].map(Math.round)).toEqual([414, 2_162]);
    expect(second.p50).toBeCloseTo(2 * first.p50);
  });
});

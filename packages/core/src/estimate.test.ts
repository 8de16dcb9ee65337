import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { Task } from './task.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

describe('estimate', () => {
  let clock: FakeClock;
  let store: FaultStore;
  let monitor: TaskMonitor;
  const begin = async (type?: string): Promise<Task> => {
    const { id } = await monitor.register(type === undefined ? {} : { type });
    return monitor.start(id);
  };
  /** Completed tasks of a type, that took so long. */
  const complete = async (type: string, ...durations: readonly number[]): Promise<void> => {
    for (const ms of durations) {
      const { id } = await begin(type);
      await clock.advanceAsync(ms);
      await monitor.complete(id);
    }
  };
  /** Goes on from one count to another, so many milliseconds each. */
  const goOn = async (id: string, from: number, to: number, eachMs: number): Promise<void> => {
    for (let current = from; current <= to; current++) {
      await clock.advanceAsync(eachMs);
      await monitor.progress(id, { current, total: 100 });
    }
  };
  beforeEach(() => {
    clock = new FakeClock();
    store = new FaultStore(new MemoryStore({ clock }));
    monitor = new TaskMonitor({ store, clock, captureStacks: false });
  });
  afterEach(() => monitor.close());

  it('is none for a task that says nothing, of a type that nobody knows', async () => {
    const { id } = await begin('ingest');
    await clock.advanceAsync(60_000);
    expect(await monitor.estimate(id)).toBeNull();
  });

  it('is none for a task that does not run', async () => {
    await complete('ingest', 10_000, 10_000, 10_000);
    const pending = await monitor.register({ type: 'ingest' });
    const ended = await begin('ingest');
    await monitor.progress(ended.id, 50);
    expect(await monitor.estimateAll([pending, await monitor.fail(ended.id, 'no')])).toEqual([
      null,
      null,
    ]);
  });

  it('rejects for an id that nobody knows', async () => {
    await expect(monitor.estimate('unknown')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  });

  it('rejects for what is no task', async () => {
    const wrong = { code: 'INVALID_OPTIONS' };
    await expect(monitor.estimate(undefined as unknown as Task)).rejects.toMatchObject(wrong);
    await expect(monitor.estimateAll('a1' as unknown as Task[])).rejects.toMatchObject(wrong);
    await expect(monitor.healthAll(['a1'] as unknown as Task[])).rejects.toMatchObject(wrong);
  });

  it('follows from the pace of the task', async () => {
    const { id } = await begin();
    await monitor.estimate(id);
    await goOn(id, 1, 40, 1_000);
    const eta = await monitor.estimate(id);
    expect(eta).toMatchObject({ basis: 'rate', samples: 40 });
    expect(eta?.remainingMs.p50).toBe(60_000);
    expect(eta?.remainingMs.p90).toBeLessThan(90_000);
    expect(eta?.finishesAt).toBe(clock.now() + 60_000);
  });

  it('is wide for who sees the task for the first time', async () => {
    const { id } = await begin();
    await goOn(id, 1, 40, 1_000);
    const eta = await monitor.estimate(id);
    expect(eta).toMatchObject({ basis: 'rate', samples: 1, remainingMs: { p50: 60_000 } });
    expect(eta?.remainingMs.p90).toBe(210_000);
  });

  it('is none for a report that comes right after the start: it may be of work that only begins', async () => {
    const { id } = await begin();
    await goOn(id, 1, 1, 99);
    expect(await monitor.estimate(id)).toBeNull();
    await goOn(id, 2, 2, 1);
    expect(await monitor.estimate(id)).toMatchObject({ basis: 'rate', samples: 2 });
  });

  it('is seen from tasks of other processes as they are asked about', async () => {
    const elsewhere = new TaskMonitor({ store, clock, closeStore: false });
    const { id } = await elsewhere.register();
    await elsewhere.start(id);
    for (let current = 10; current <= 50; current += 10) {
      await clock.advanceAsync(10_000);
      await elsewhere.progress(id, { current, total: 100 });
      await monitor.estimate(id);
    }
    expect(await monitor.estimate(id)).toMatchObject({ samples: 5, remainingMs: { p50: 50_000 } });
    await elsewhere.close();
  });

  it('counts down between two reports, and no further', async () => {
    const { id } = await begin();
    await monitor.estimate(id);
    await goOn(id, 1, 50, 10_000);
    const remaining = async (): Promise<number> =>
      (await monitor.estimate(id))?.remainingMs.p50 ?? NaN;
    expect(await remaining()).toBe(500_000);
    await clock.advanceAsync(10_000);
    const atTheNext = await remaining();
    expect(atTheNext).toBeGreaterThan(485_000);
    expect(atTheNext).toBeLessThan(495_000);
    await clock.advanceAsync(300_000);
    expect(await remaining()).toBe(atTheNext);
  });

  it('gets wider while nothing moves', async () => {
    const { id } = await begin();
    await monitor.estimate(id);
    await goOn(id, 1, 50, 10_000);
    const before = await monitor.estimate(id);
    await clock.advanceAsync(600_000);
    const after = await monitor.estimate(id);
    const grownBy = (after?.remainingMs.p90 ?? 0) - (before?.remainingMs.p90 ?? 0);
    expect(grownBy).toBeGreaterThan(500_000);
  });

  it('is none by a rate once all is done but the end', async () => {
    const { id } = await begin();
    await monitor.estimate(id);
    await goOn(id, 1, 100, 1_000);
    expect(await monitor.estimate(id)).toBeNull();
  });

  it('follows from completed tasks of its type while the task says nothing', async () => {
    await complete('ingest', 100_000, 200_000, 300_000, 400_000, 500_000);
    const { id } = await begin('ingest');
    expect(await monitor.estimate(id)).toMatchObject({
      basis: 'history',
      samples: 5,
      remainingMs: { p50: 300_000 },
    });
    await clock.advanceAsync(250_000);
    expect(await monitor.estimate(id)).toMatchObject({ remainingMs: { p50: 150_000 } });
  });

  it('is longer the longer a task is overdue', async () => {
    await complete('ingest', 100_000, 100_000, 100_000);
    const { id } = await begin('ingest');
    let before = 0;
    for (let times = 0; times < 4; times++) {
      await clock.advanceAsync(200_000);
      const { p50 = NaN, p90 = NaN } = (await monitor.estimate(id))?.remainingMs ?? {};
      expect(p50).toBeGreaterThan(before);
      expect(p90).toBeGreaterThan(p50);
      before = p50;
    }
  });

  it('goes from the history to the pace as the work goes on', async () => {
    await complete('ingest', 100_000, 110_000, 120_000, 130_000, 140_000);
    const { id } = await begin('ingest');
    await monitor.estimate(id);
    await goOn(id, 1, 10, 10_000);
    const early = await monitor.estimate(id);
    expect(early).toMatchObject({ basis: 'blend', samples: 15 });
    // By the pace alone 900 s, by the history 25 s.
    expect(early?.remainingMs.p50).toBeGreaterThan(25_000);
    expect(early?.remainingMs.p50).toBeLessThan(900_000);
    await goOn(id, 11, 90, 10_000);
    const late = await monitor.estimate(id);
    expect(late?.remainingMs.p50).toBeGreaterThan(75_000);
    expect(late?.remainingMs.p50).toBeLessThan(200_000);
  });

  it('needs no history from a store that does not answer', async () => {
    await complete('ingest', 100_000, 110_000, 120_000);
    const task = await begin('ingest');
    store.set('list', 'failBefore');
    expect(await monitor.estimate(task)).toBeNull();
  });

  it('asks the store once per type for a page of a thousand', async () => {
    await complete('ingest', 100_000, 110_000, 120_000);
    const tasks: Task[] = [];
    for (let task = 0; task < 1_000; task++) tasks.push(await begin('ingest'));
    const [gets, lists] = [store.calls('get'), store.calls('list')];
    const etas = await monitor.estimateAll(tasks);
    expect(etas.map((eta) => eta?.basis)).toEqual(Array(1_000).fill('history'));
    expect([store.calls('get') - gets, store.calls('list') - lists]).toEqual([0, 1]);
  });
});

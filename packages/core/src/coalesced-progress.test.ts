import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

describe('progress to a durable store', () => {
  let clock: FakeClock;
  let store: FaultStore;
  let monitor: TaskMonitor;
  let other: TaskMonitor;
  let errors: string[];
  beforeEach(() => {
    clock = new FakeClock();
    store = new FaultStore(new MemoryStore({ clock }));
    errors = [];
    const open = (progressIntervalMs: number): TaskMonitor =>
      new TaskMonitor({
        store,
        clock,
        closeStore: false,
        progressIntervalMs,
        onError: (_, where) => errors.push(where),
      });
    monitor = open(250);
    other = open(0);
  });
  afterEach(async () => {
    const closed = Promise.all([monitor.close(), other.close()]);
    await clock.advanceAsync(10_000);
    await closed;
  });

  const begin = async (id: string): Promise<void> => {
    await monitor.register({ id });
    await monitor.start(id);
  };
  const currentOf = async (reader: TaskMonitor): Promise<number | null | undefined> =>
    (await reader.get('a1')).progress?.current;

  it('is written at once, then four times a second, whatever comes', async () => {
    await begin('a1');
    for (let current = 1; current <= 2_000; current++) {
      await monitor.progress('a1', { current, total: 2_000 });
      clock.advance(5);
    }
    // Ten seconds: the first one, and forty after it.
    expect(store.calls('progress')).toBeLessThanOrEqual(41);
    expect(store.calls('progress')).toBeGreaterThanOrEqual(39);
  });

  it('is read by the same monitor as it was told, and by others a quarter of a second later', async () => {
    await begin('a1');
    for (const current of [1, 2, 3]) {
      const task = await monitor.progress('a1', { current });
      expect(task.progress?.current).toBe(current);
    }
    expect(await currentOf(monitor)).toBe(3);
    expect((await monitor.list()).tasks[0]?.progress?.current).toBe(3);
    expect(await currentOf(other)).toBe(1);
    await clock.advanceAsync(250);
    expect(await currentOf(other)).toBe(3);
  });

  it('is stored with the end of the task, in one write', async () => {
    for (const [id, end] of [
      ['a1', () => monitor.complete('a1')],
      ['a2', () => monitor.complete('a2', { progress: 'done' })],
      ['a3', () => monitor.fail('a3', 'boom')],
      ['a4', () => monitor.cancel('a4')],
    ] as const) {
      await begin(id);
      for (const current of [1, 2, 3])
        await monitor.progress(id, { current, message: 'embedding' });
      const writes = store.calls('progress');
      const task = await end();
      expect(store.calls('progress')).toBe(writes);
      expect(task.progress).toMatchObject({ current: 3 });
      expect(await other.get(id)).toEqual(task);
    }
    expect((await other.get('a2')).progress?.message).toBe('done');
  });

  it('is stored with the end although that had to be tried again', async () => {
    const run = await monitor.run({ id: 'a1' }, async ({ progress }) => {
      for (const current of [1, 2, 3]) await progress({ current });
      store.set('transition', 'failBefore');
    });
    await run.finished;
    store.set('transition', 'ok');
    await clock.advanceAsync(1_000);
    expect((await run.recorded).progress?.current).toBe(3);
  });

  it('is written all the same when the end of the task could not be, and nobody repeats that', async () => {
    await begin('a1');
    for (const current of [1, 2, 3]) await monitor.progress('a1', { current });
    store.set('transition', 'failBefore');
    await expect(monitor.complete('a1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    store.set('transition', 'ok');
    await clock.advanceAsync(250);
    expect(await other.get('a1')).toMatchObject({ status: 'running', progress: { current: 3 } });
  });

  it('is stored with the end although its own write was on its way, and is lost', async () => {
    await begin('a1');
    for (const current of [1, 2, 3]) await monitor.progress('a1', { current });
    store.set('progress', 'hang');
    await clock.advanceAsync(250);
    expect((await monitor.complete('a1')).progress?.current).toBe(3);
    expect((await other.get('a1')).progress?.current).toBe(3);
  });

  it('ends with a task that somebody else ended', async () => {
    await begin('a1');
    for (const current of [1, 2, 3]) await monitor.progress('a1', { current });
    await other.cancel('a1');
    const task = await monitor.progress('a1', { current: 4 });
    expect(task.status).toBe('running');
    await clock.advanceAsync(250);
    expect(await monitor.progress('a1', { current: 5 })).toMatchObject({
      status: 'cancelled',
      progress: { current: 1 },
    });
    expect((await other.get('a1')).progress?.current).toBe(1);
  });

  it('waits for a store that is away, and what comes meanwhile with it', async () => {
    await begin('a1');
    await monitor.progress('a1', { current: 1, unit: 'pages' });
    store.set('progress', 'failBefore');
    await monitor.progress('a1', { current: 2, message: 'reading' });
    await clock.advanceAsync(250);
    await monitor.progress('a1', { current: 3 });
    await clock.advanceAsync(250);
    expect(errors).toEqual(['storing progress', 'storing progress']);
    store.set('progress', 'ok');
    await clock.advanceAsync(250);
    expect((await other.get('a1')).progress).toMatchObject({
      current: 3,
      unit: 'pages',
      message: 'reading',
    });
  });

  it('refuses what would be refused anyway', async () => {
    await monitor.register({ id: 'a1' });
    await expect(monitor.progress('a1', 1)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await expect(monitor.progress('b1', 1)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    await monitor.start('a1');
    await expect(monitor.progress('a1', 101)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('is written when the monitor is closed', async () => {
    await begin('a1');
    for (const current of [1, 2, 3]) await monitor.progress('a1', { current });
    await monitor.close();
    expect(await other.get('a1')).toMatchObject({
      status: 'failed',
      error: { code: 'SHUTDOWN' },
      progress: { current: 3 },
    });
  });

  it('leaves nothing behind when tasks end or fall silent', async () => {
    // The monitors have looked once for tasks of processes that died.
    await clock.advanceAsync(100);
    const before = clock.timers;
    for (let n = 1; n <= 20; n++) {
      await begin(`a${n}`);
      await monitor.progress(`a${n}`, 'begun');
      if (n % 2 === 0) await monitor.complete(`a${n}`);
    }
    await clock.advanceAsync(500);
    // The lease of the monitor is what keeps a timer besides.
    expect(clock.timers).toBe(before + 1);
  });
});

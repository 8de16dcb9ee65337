import { setImmediate as turn } from 'node:timers/promises';
import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { TaskMonitorOptions } from './monitor-options.js';
import type { RetentionOptions } from './retention.js';
import { ChangeLog } from './testing/change-log.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

const DAY_MS = 86_400_000;

describe('retention', () => {
  let clock: FakeClock;
  let store: FaultStore;
  let monitor: TaskMonitor;
  let errors: string[];
  const open = (
    retention: RetentionOptions | false,
    options: TaskMonitorOptions = {},
  ): TaskMonitor => {
    store = new FaultStore(
      new MemoryStore({ clock, maxFinished: 1_000_000, maxActive: 1_000_000 }),
    );
    monitor = new TaskMonitor({
      store,
      clock,
      retention,
      onError: (_, where) => errors.push(where),
      ...options,
    });
    return monitor;
  };
  const finish = async (id: string, type = 'ingest'): Promise<void> => {
    await monitor.register({ id, type });
    await monitor.start(id);
    await monitor.complete(id);
  };
  const ids = async (): Promise<readonly string[]> =>
    (await monitor.list({ limit: 1_000 })).tasks.map(({ id }) => id);
  beforeEach(() => {
    clock = new FakeClock();
    errors = [];
  });
  afterEach(async () => {
    store.set('prune', 'ok');
    store.release();
    await monitor.close();
  });

  it('removes what finished more than seven days ago by default, and nothing that is active', async () => {
    open({});
    await finish('old1');
    await monitor.register({ id: 'pending1' });
    await monitor.register({ id: 'running1' });
    await monitor.start('running1');
    clock.jumpWall(6 * DAY_MS);
    await finish('young1');
    await clock.advanceAsync(60_000);
    expect(await ids()).toEqual(['young1', 'running1', 'pending1', 'old1']);
    clock.jumpWall(DAY_MS);
    await clock.advanceAsync(60_000);
    expect(await ids()).toEqual(['young1', 'running1', 'pending1']);
  });

  it('goes by the end of a task, not by its beginning', async () => {
    open({ maxAgeMs: 10_000, sweepIntervalMs: 1_000 });
    await monitor.register({ id: 'a1' });
    await monitor.start('a1');
    await clock.advanceAsync(60_000);
    await monitor.complete('a1');
    await clock.advanceAsync(9_000);
    expect(await ids()).toEqual(['a1']);
    await clock.advanceAsync(2_000);
    expect(await ids()).toEqual([]);
  });

  it('keeps as many finished tasks as it is told to, the newest', async () => {
    open({ maxFinished: 3, sweepIntervalMs: 1_000 });
    for (let number = 1; number <= 8; number++) {
      await finish(`a${number}`);
      clock.jumpWall(1);
    }
    await monitor.register({ id: 'pending1' });
    await clock.advanceAsync(1_000);
    expect(await ids()).toEqual(['pending1', 'a8', 'a7', 'a6']);
  });

  it('tells watchers what it removed', async () => {
    open({ maxAgeMs: 1_000, sweepIntervalMs: 1_000 });
    await finish('a1');
    const log = await ChangeLog.open(store);
    await clock.advanceAsync(2_000);
    expect(await log.lines()).toEqual(['task.removed a1']);
  });

  it('does nothing by itself where it is switched off', async () => {
    open(false);
    await finish('a1');
    clock.jumpWall(1_000 * DAY_MS);
    await clock.advanceAsync(DAY_MS / 24);
    expect(await ids()).toEqual(['a1']);
    expect(store.calls('prune')).toBe(0);
  });

  it('is bounded by default even where the store is not given', async () => {
    store = new FaultStore(new MemoryStore());
    monitor = new TaskMonitor({ retention: { maxFinished: 5 }, clock });
    for (let number = 1; number <= 20; number++) await finish(`a${number}`);
    expect(await ids()).toEqual(['a20', 'a19', 'a18', 'a17', 'a16']);
  });

  it('bounds the bytes of the store that the monitor makes itself', async () => {
    store = new FaultStore(new MemoryStore());
    monitor = new TaskMonitor({ retention: { maxBytes: 100_000 }, clock });
    for (let number = 1; number <= 20; number++) {
      const id = `a${number}`;
      await monitor.register({ id });
      await monitor.start(id);
      await monitor.complete(id, { result: 'x'.repeat(30_000) });
    }
    expect(await ids()).toEqual(['a20', 'a19', 'a18']);
  });

  it('leaves the bytes of a store that it was given to that store, and says so', () => {
    open(false);
    expect(() => new TaskMonitor({ store, clock, retention: { maxBytes: 100_000 } })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message:
          '`retention.maxBytes` is for the store that TaskMonitor makes itself. Give it to yours instead: `new MemoryStore({ maxBytes })`.',
        details: { option: 'maxBytes' },
      }),
    );
  });

  it('never has two sweeps on their way, and goes on after one that failed', async () => {
    open({ maxAgeMs: 1_000, sweepIntervalMs: 1_000 });
    await finish('a1');
    store.set('prune', 'delay');
    await clock.advanceAsync(5_999);
    expect(store.calls('prune')).toBe(1);
    // Given up after five seconds without an answer.
    await clock.advanceAsync(1_001);
    expect(store.calls('prune')).toBe(2);
    store.set('prune', 'failBefore');
    store.release();
    await clock.advanceAsync(5_000);
    expect(errors).toContain('removing old tasks');
    store.set('prune', 'ok');
    await finish('a2');
    await clock.advanceAsync(3_000);
    expect(await ids()).toEqual([]);
  });

  it('removes 100,000 tasks without stopping anything else for 50 ms', async () => {
    open({ maxAgeMs: 1_000, sweepIntervalMs: 1_000 });
    for (let batch = 0; batch < 100; batch++) {
      await Promise.all(Array.from({ length: 1_000 }, (_, index) => finish(`a${batch}-${index}`)));
    }
    clock.jumpWall(10_000);
    const turns: { readonly removed: number; readonly cpuMs: number }[] = [];
    const swept = clock.advanceAsync(1_000);
    for (let left = await monitor.count(); left > 0;) {
      const before = process.cpuUsage();
      await turn();
      const { user, system } = process.cpuUsage(before);
      const now = await monitor.count();
      turns.push({ removed: left - now, cpuMs: (user + system) / 1_000 });
      left = now;
    }
    await swept;
    expect(turns.length).toBeGreaterThan(100);
    // A turn may be one in which the garbage of all tests before is collected: one in fifty at most.
    expect(Math.max(...turns.map(({ removed }) => removed))).toBeLessThanOrEqual(1_000);
    const times = turns.map(({ cpuMs }) => cpuMs).sort((one, other) => one - other);
    expect(times[Math.floor(times.length * 0.98)]).toBeLessThan(50);
  }, 600_000);

  it('says nothing of a sweep that was on its way when the monitor was closed', async () => {
    open({ maxAgeMs: 1_000, sweepIntervalMs: 1_000 });
    for (let number = 0; number < 1_200; number++) await finish(`a${number}`);
    clock.jumpWall(10_000);
    clock.advance(1_000);
    await monitor.close();
    await turn();
    expect(errors).toEqual([]);
    expect(clock.timers).toBe(0);
    open({ maxAgeMs: 1_000, sweepIntervalMs: 1_000 });
    store.set('prune', 'delay');
    clock.advance(1_000);
    await monitor.close();
    store.set('prune', 'ok');
    store.release();
    await turn();
    expect(errors).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  it.each([
    [
      { maxAgeMs: '7d' },
      'Expected `maxAgeMs` to be a positive number of milliseconds, got "7d" (string).',
    ],
    [{ maxFinished: 0 }, 'Expected `maxFinished` to be a positive integer, got 0 (number).'],
    [
      { sweepIntervalMs: Infinity },
      'Expected `sweepIntervalMs` to be a positive number of milliseconds, got Infinity (number).',
    ],
    [{ maxBytes: '1 GB' }, 'Expected `maxBytes` to be a positive integer, got "1 GB" (string).'],
    [{ maxAge: 5 }, 'retention has no option `maxAge`. Did you mean `maxAgeMs`?'],
    [true, 'Expected the options of retention to be an object, got true (boolean).'],
    ['7d', 'Expected the options of retention to be an object, got "7d" (string).'],
  ])('refuses %p', (retention, message) => {
    open(false);
    expect(() => new TaskMonitor({ retention: retention as RetentionOptions, clock })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message }),
    );
  });

  describe('cleanup', () => {
    beforeEach(async () => {
      open(false);
      for (const [id, daysAgo] of [
        ['a10', 10],
        ['a8', 8],
        ['a6', 6],
        ['a0', 0],
      ] as const) {
        clock.jumpWall(-daysAgo * DAY_MS);
        await finish(id, daysAgo > 7 ? 'ingest' : 'search');
        clock.jumpWall(daysAgo * DAY_MS);
      }
      await monitor.register({ id: 'pending1', type: 'ingest' });
      await monitor.register({ id: 'running1' });
      await monitor.start('running1');
      clock.jumpWall(1);
    });

    it('removes what ended more than seven days ago, and says how many', async () => {
      expect(await monitor.cleanup()).toEqual({ cleanedTasks: 2, days: 7 });
      expect(await ids()).toEqual(['running1', 'pending1', 'a0', 'a6']);
      expect(await monitor.cleanup()).toEqual({ cleanedTasks: 0, days: 7 });
    });

    it('removes every finished task with 0 days, and nothing that is active', async () => {
      expect(await monitor.cleanup({ days: 0 })).toEqual({ cleanedTasks: 4, days: 0 });
      expect(await ids()).toEqual(['running1', 'pending1']);
    });

    it('removes only what matches', async () => {
      expect(await monitor.cleanup({ days: 0, type: 'search' })).toEqual({
        cleanedTasks: 2,
        days: 0,
      });
      expect(await ids()).toEqual(['running1', 'pending1', 'a8', 'a10']);
      expect(await monitor.cleanup({ days: 0, statuses: ['failed'] })).toEqual({
        cleanedTasks: 0,
        days: 0,
      });
      expect(await monitor.cleanup({ days: 9 })).toEqual({ cleanedTasks: 1, days: 9 });
    });

    it('works in slices, between which other work gets its turn', async () => {
      for (let number = 0; number < 2_000; number++) await finish(`b${number}`);
      const before = store.calls('prune');
      expect((await monitor.cleanup({ days: 0 })).cleanedTasks).toBe(2_004);
      expect(store.calls('prune') - before).toBe(5);
    });

    it('never removes a task that is just about to finish', async () => {
      for (let round = 0; round < 50; round++) {
        const id = `race${round}`;
        await monitor.register({ id });
        await monitor.start(id);
        const log = await ChangeLog.open(store);
        const [task] = await Promise.all([monitor.complete(id), monitor.cleanup({ days: 0 })]);
        expect(task.status).toBe('completed');
        const lines = await log.lines();
        const completedAt = lines.findIndex((line) => line.startsWith('task.completed'));
        const removedAt = lines.findIndex((line) => line.includes(`removed ${id}`));
        expect(completedAt).toBeGreaterThanOrEqual(0);
        if (removedAt >= 0) expect(removedAt).toBeGreaterThan(completedAt);
      }
    });

    it.each([-1, 36_501, NaN, Infinity, '7', null])('refuses %p days', async (days) => {
      await expect(monitor.cleanup({ days: days as number })).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: expect.stringMatching(/^Expected `days` to be a number from 0 to 36500, got /),
      });
      expect(await monitor.count()).toBe(6);
    });

    it('refuses an option that it does not know, before anything is removed', async () => {
      await expect(monitor.cleanup({ day: 0 } as object)).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: 'cleanup has no option `day`. Did you mean `days`?',
      });
      await expect(monitor.cleanup({ days: 0, status: 'failed' } as object)).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: 'cleanup has no option `status`. Did you mean `statuses`?',
      });
      expect(await monitor.count()).toBe(6);
    });
  });
});

import { TaskMonitor } from '../monitor.js';
import { ChangeLog } from '../testing/change-log.js';
import { FakeClock } from '../testing/fake-clock.js';
import { Writer } from '../testing/writer.js';
import { MemoryStore, type MemoryStoreOptions } from './memory-store.js';

describe('the limits of a MemoryStore', () => {
  const idsOf = async (store: MemoryStore): Promise<readonly string[]> =>
    (await store.list({ filter: {}, order: 'oldest', after: null, limit: 1_000 })).tasks.map(
      ({ id }) => id,
    );

  it('lets the task go that finished first when one too many is finished, and tells of it', async () => {
    const store = new MemoryStore({ maxFinished: 3 });
    const writer = new Writer(store);
    for (let count = 0; count < 5; count++) await writer.createRunning();
    const log = await ChangeLog.open(store);
    for (const [index, id] of ['task-2', 'task-1', 'task-4', 'task-3', 'task-5'].entries()) {
      await writer.end(id, { completedAt: 2_000_000_000_000 + index });
    }
    expect(await idsOf(store)).toEqual(['task-3', 'task-4', 'task-5']);
    expect((await log.lines()).filter((line) => line.startsWith('task.removed'))).toEqual([
      'task.removed task-2',
      'task.removed task-1',
    ]);
    expect(await store.counts({})).toMatchObject({ completed: 3 });
    expect(await store.get('task-2')).toBeNull();
  });

  it('never lets an active task go', async () => {
    const store = new MemoryStore({ maxFinished: 1 });
    const writer = new Writer(store);
    for (let count = 0; count < 50; count++) await writer.createRunning();
    for (let number = 1; number <= 40; number++) await writer.end(`task-${number}`);
    expect(await store.counts({})).toEqual({
      pending: 0,
      running: 10,
      completed: 1,
      failed: 0,
      cancelled: 0,
    });
  });

  it('frees the key and the id of a task that it let go', async () => {
    const store = new MemoryStore({ maxFinished: 1 });
    const writer = new Writer(store);
    await writer.create({ id: 'a1' }, 'key-1');
    await writer.end('a1', { completedAt: 2_000_000_000_000 });
    await writer.createFinished({ id: 'a2' }, { completedAt: 2_000_000_000_001 });
    expect(await writer.tryCreate({ id: 'a1' }, 'key-1')).toMatchObject({
      outcome: 'applied',
      task: { status: 'pending' },
    });
  });

  it('takes no more active tasks than it may, and says so', async () => {
    const monitor = new TaskMonitor({ store: new MemoryStore({ maxActive: 3 }) });
    const tasks = [await monitor.register(), await monitor.register(), await monitor.register()];
    await expect(monitor.register()).rejects.toMatchObject({
      code: 'CAPACITY',
      message:
        'Cannot register a task: 3 are pending or running, as many as the store takes. Finish or cancel some, or raise its limit.',
      details: { maxActive: 3 },
    });
    await expect(monitor.run({}, () => 1)).rejects.toMatchObject({ code: 'CAPACITY' });
    await monitor.cancel(tasks[0]?.id as string);
    expect((await monitor.register()).status).toBe('pending');
    await monitor.close();
  });

  it('tells a task of an idempotency key even when it is full', async () => {
    const monitor = new TaskMonitor({ store: new MemoryStore({ maxActive: 1 }) });
    const task = await monitor.register({ idempotencyKey: 'key-1' });
    expect(await monitor.register({ idempotencyKey: 'key-1' })).toEqual(task);
    await monitor.close();
  });

  it('keeps 100,000 finished tasks by default', async () => {
    const store = new MemoryStore();
    const writer = new Writer(store);
    for (let count = 0; count < 100_100; count++) await writer.createFinished();
    expect(await store.counts({})).toMatchObject({ completed: 100_000 });
    expect(await store.get('task-100')).toBeNull();
    expect(await store.get('task-101')).not.toBeNull();
  }, 300_000);

  it('lets old tasks go one at a time while new ones come', async () => {
    const store = new MemoryStore({ maxFinished: 10 });
    const clock = new FakeClock();
    const monitor = new TaskMonitor({ store, clock, retention: false });
    const seen: number[] = [];
    for (let count = 0; count < 100; count++) {
      const { id } = await monitor.register();
      await monitor.start(id);
      clock.advance(1);
      await monitor.complete(id);
      seen.push(await monitor.count());
    }
    expect(Math.max(...seen)).toBe(10);
    await monitor.close();
  });

  it.each<[MemoryStoreOptions, string]>([
    [{ maxFinished: 0 }, 'Expected `maxFinished` to be a positive integer, got 0 (number).'],
    [{ maxActive: 1.5 }, 'Expected `maxActive` to be a positive integer, got 1.5 (number).'],
    [{ maxBytes: -1 }, 'Expected `maxBytes` to be a positive integer, got -1 (number).'],
    [{ changes: NaN }, 'Expected `changes` to be a positive integer, got NaN (number).'],
    [
      { max: 5 } as MemoryStoreOptions,
      'MemoryStore has no option `max`. It knows `maxFinished`, `maxActive`, `maxBytes`, `changes`, `clock`.',
    ],
  ])('refuses %p', (options, message) => {
    expect(() => new MemoryStore(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message }),
    );
  });
});

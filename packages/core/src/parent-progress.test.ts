import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

describe('the progress of a parent', () => {
  let clock: FakeClock;
  let store: FaultStore;
  let monitors: TaskMonitor[];
  let errors: unknown[];
  const open = (): TaskMonitor => {
    const monitor = new TaskMonitor({
      store,
      clock,
      closeStore: false,
      onError: (error) => errors.push(error),
    });
    monitors.push(monitor);
    return monitor;
  };
  let monitor: TaskMonitor;
  beforeEach(() => {
    clock = new FakeClock();
    store = new FaultStore(new MemoryStore({ clock, changes: 50 }));
    monitors = [];
    errors = [];
    monitor = open();
  });
  afterEach(async () => {
    await Promise.all(monitors.map((each) => each.close()));
    expect(errors).toEqual([]);
  });

  const percent = async (id = 'batch-1'): Promise<number | null | undefined> => {
    await clock.advanceAsync(250);
    return (await monitor.get(id)).progress?.percent;
  };

  const parent = async (): Promise<void> => {
    await monitor.register({ id: 'batch-1' });
    await monitor.start('batch-1');
  };

  const child = async (id: string, weight?: number, by = monitor): Promise<void> => {
    await by.register({ id, parentId: 'batch-1', ...(weight !== undefined && { weight }) });
    await by.start(id);
  };

  it('is the weighted mean of its children, of whom those that ended are done once others go on', async () => {
    await parent();
    for (const [id, weight] of [
      ['page-1', 1],
      ['page-2', 3],
      ['page-3', 1],
    ] as const)
      await child(id, weight);
    expect(await percent()).toBeUndefined();
    await monitor.progress('page-2', 50);
    expect(await percent()).toBe(30);
    await monitor.fail('page-1', 'unreadable');
    expect(await percent()).toBe(30);
    await monitor.complete('page-2');
    expect(await percent()).toBe(80);
    await monitor.cancel('page-3');
    expect(await percent()).toBe(80);
    await monitor.complete('batch-1');
    expect(await percent()).toBe(100);
    expect((await monitor.get('batch-1')).progress?.children).toEqual({ weight: 5, done: 4 });
  });

  it('stays what it was when it fails with its child', async () => {
    const run = await monitor.run({ id: 'batch-1' }, async () => {
      const page = await monitor.run({ id: 'page-1' }, async ({ progress }) => {
        await progress(20);
        await clock.advanceAsync(250);
        throw new Error('The page is unreadable.');
      });
      await page.finished;
    });
    await expect(run.finished).rejects.toThrow('The page is unreadable.');
    expect(await run.recorded).toMatchObject({ status: 'failed', progress: { percent: 20 } });
  });

  it('never falls when more children come', async () => {
    await parent();
    await child('page-1');
    await monitor.complete('page-1');
    expect(await percent()).toBe(99.99);
    await child('page-2');
    await monitor.progress('page-2', 10);
    expect(await percent()).toBe(99.99);
  });

  it('is what the parent says itself where it counts itself', async () => {
    await parent();
    await monitor.progress('batch-1', { current: 1, total: 10, unit: 'pages' });
    await child('page-1');
    await monitor.complete('page-1');
    expect(await percent()).toBe(10);
  });

  it('counts the children of other monitors too', async () => {
    const other = open();
    await parent();
    await child('page-1', 1, other);
    await child('page-2', 1, monitor);
    await other.complete('page-1');
    expect(await percent()).toBe(50);
    await monitor.complete('page-2');
    expect(await percent()).toBe(99.99);
  });

  it('counts children that were there before anybody followed it', async () => {
    await parent();
    const before = open();
    for (let page = 2; page <= 4; page++)
      await before.register({ id: `page-${page}`, parentId: 'batch-1' });
    await child('page-1', 1, before);
    await before.complete('page-1');
    expect(await percent()).toBe(25);
    await before.close();
    await child('page-5');
    await monitor.progress('page-5', 75);
    expect(await percent()).toBe(35);
  });

  it('leaves out children without weight', async () => {
    await parent();
    await child('side-1', 0);
    await monitor.complete('side-1');
    expect(await percent()).toBeUndefined();
  });

  it('goes through to grandparents', async () => {
    const run = await monitor.run({ id: 'batch-2' }, async () => {
      const middle = await monitor.run({}, async () => {
        await (
          await monitor.run({}, () => 1)
        ).finished;
        await (
          await monitor.run({}, () => clock.advanceAsync(1_000))
        ).finished;
      });
      await middle.finished;
      return (await monitor.get('batch-2')).progress?.percent;
    });
    await clock.advanceAsync(2_000);
    expect(await run.finished).toBeGreaterThanOrEqual(50);
  });

  it('puts children that a step began into that step', async () => {
    const run = await monitor.run(
      { id: 'batch-3', steps: { split: 1, embed: 3 } },
      async ({ step }) => {
        await step('split', () => {});
        return step('embed', async () => {
          for (let page = 1; page <= 4; page++) await (await monitor.run({}, () => page)).finished;
          await monitor.register({ id: 'page-5', parentId: 'batch-3' });
          await clock.advanceAsync(500);
          return (await monitor.get('batch-3')).progress;
        });
      },
    );
    const progress = await run.finished;
    expect(progress).toMatchObject({
      percent: 99.99,
      steps: [{ name: 'split' }, { name: 'embed', children: { weight: 4, done: 4 } }],
    });
  });

  it('is written once in 250 ms at most, and the first at once', async () => {
    await parent();
    for (let page = 1; page <= 20; page++) await child(`page-${page}`);
    await clock.advanceAsync(1_000);
    const before = (await monitor.get('batch-1')).version;
    const written = async (): Promise<number> => (await monitor.get('batch-1')).version - before;
    await monitor.complete('page-1');
    await clock.advanceAsync(0);
    expect(await written()).toBe(1);
    for (let page = 2; page <= 20; page++) await monitor.complete(`page-${page}`);
    await clock.advanceAsync(249);
    expect(await written()).toBe(1);
    await clock.advanceAsync(1);
    expect(await written()).toBe(2);
    expect((await monitor.get('batch-1')).progress?.children).toEqual({ weight: 20, done: 20 });
  });

  it('is right again after changes were missed', async () => {
    await parent();
    await child('page-1');
    await child('page-2');
    await clock.advanceAsync(0);
    for (let line = 0; line < 200; line++) void monitor.log('page-2', `line ${line}`);
    void monitor.complete('page-1');
    void monitor.register({ id: 'page-3', parentId: 'batch-1' });
    for (let line = 0; line < 200; line++) void monitor.log('page-2', `line ${line}`);
    expect(await percent()).toBe(33.33);
  });

  it('is written when the store answers again', async () => {
    await parent();
    await child('page-1');
    await clock.advanceAsync(250);
    store.set('progress', 'failBefore');
    await monitor.complete('page-1');
    await clock.advanceAsync(250);
    expect(errors.splice(0)).toHaveLength(1);
    store.set('progress', 'ok');
    await child('page-2');
    expect(await percent()).toBe(50);
  });

  it('is written when the parent starts after its children', async () => {
    await monitor.register({ id: 'batch-1' });
    await child('page-1');
    await child('page-2');
    await monitor.complete('page-1');
    await clock.advanceAsync(1_000);
    await monitor.start('batch-1');
    expect(await percent()).toBe(50);
  });

  it('costs nothing once the parent ended, or where there is none', async () => {
    await parent();
    await child('page-1');
    await monitor.register({ id: 'page-2', parentId: 'nobody-1' });
    await monitor.start('page-2');
    await monitor.complete('batch-1');
    await monitor.complete('page-1');
    await monitor.complete('page-2');
    await clock.advanceAsync(1_000);
    const { version } = await monitor.get('batch-1');
    await monitor.register({ id: 'page-3', parentId: 'batch-1' });
    await clock.advanceAsync(1_000);
    expect((await monitor.get('batch-1')).version).toBe(version);
  });
});

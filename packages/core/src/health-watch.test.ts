import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { Task } from './task.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

/** A process with a monitor and a clock of its own. */
class Process {
  readonly clock = new FakeClock();
  readonly faults: FaultStore;
  readonly monitor: TaskMonitor;
  paused = false;

  constructor(store: MemoryStore) {
    this.faults = new FaultStore(store);
    this.monitor = new TaskMonitor({
      store: this.faults,
      clock: this.clock,
      closeStore: false,
      retention: false,
      onError: () => {},
    });
  }
}

describe('health', () => {
  let storeClock: FakeClock;
  let worker: Process;
  let looker: Process;
  let all: readonly Process[];
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      storeClock.advance(500);
      for (const { clock, paused } of all) if (!paused) await clock.advanceAsync(500);
    }
  };
  const begin = async (type?: string): Promise<Task> => {
    const { id } = await worker.monitor.register(type === undefined ? {} : { type });
    return worker.monitor.start(id);
  };
  /** A task that reported every 5 s for a minute, while it was looked at. */
  const beginLively = async (): Promise<string> => {
    const { id } = await begin();
    for (let current = 1; current <= 12; current++) {
      await pass(5_000);
      await worker.monitor.progress(id, { current });
      await looker.monitor.health(id);
    }
    return id;
  };
  const stateOf = async (id: string): Promise<string | undefined> =>
    (await looker.monitor.health(id))?.state;
  beforeEach(() => {
    storeClock = new FakeClock();
    const store = new MemoryStore({ clock: storeClock });
    worker = new Process(store);
    looker = new Process(store);
    all = [worker, looker];
  });
  afterEach(async () => {
    for (const { monitor } of all) await monitor.close();
  });

  it('is none for tasks that do not run, and asks the store nothing for them', async () => {
    const pending = await worker.monitor.register();
    const ended = await worker.monitor.complete((await begin()).id);
    expect(await looker.monitor.healthAll([pending, ended])).toEqual([null, null]);
    expect(looker.faults.calls('leases')).toBe(0);
  });

  it('goes from ok by quiet to stalled, and back', async () => {
    const id = await beginLively();
    await pass(55_000);
    expect(await stateOf(id)).toBe('ok');
    await pass(10_000);
    expect(await looker.monitor.health(id)).toMatchObject({
      state: 'quiet',
      evidence: expect.stringMatching(
        /^No progress for 6\d s; its process was alive [0-5] s ago\.$/,
      ),
    });
    await pass(300_000);
    expect(await stateOf(id)).toBe('stalled');
    await worker.monitor.progress(id, { current: 13 });
    expect(await stateOf(id)).toBe('ok');
  });

  it('is known to who sees a task for the first time', async () => {
    const { id } = await begin();
    for (let current = 1; current <= 12; current++) {
      await pass(5_000);
      await worker.monitor.progress(id, { current });
    }
    await pass(61_000);
    expect(await stateOf(id)).toBe('quiet');
    await pass(300_000);
    expect(await stateOf(id)).toBe('stalled');
  });

  it('counts output as a sign of life, also what came before anybody looked', async () => {
    const { id } = await begin();
    for (let line = 1; line <= 60; line++) {
      await pass(5_000);
      await worker.monitor.log(id, `line ${line}`);
    }
    expect(await stateOf(id)).toBe('ok');
    expect(looker.faults.calls('output')).toBe(1);
    await pass(50_000);
    await worker.monitor.log(id, 'one more');
    await pass(50_000);
    expect(await stateOf(id)).toBe('ok');
    expect(looker.faults.calls('output')).toBe(1);
  });

  it('waits for a task that was seen to be slow', async () => {
    const { id } = await begin();
    for (let current = 1; current <= 4; current++) {
      await pass(100_000);
      await worker.monitor.progress(id, { current });
      await looker.monitor.health(id);
    }
    await pass(295_000);
    expect(await stateOf(id)).toBe('ok');
    await pass(30_000);
    expect(await stateOf(id)).toBe('quiet');
  });

  it('judges a task that says nothing by those of its type', async () => {
    for (let made = 0; made < 5; made++) {
      const { id } = await begin('ingest');
      await pass(100_000);
      await worker.monitor.complete(id);
    }
    const { id } = await begin('ingest');
    await pass(95_000);
    expect(await stateOf(id)).toBe('ok');
    await pass(10_000);
    expect(await looker.monitor.health(id)).toMatchObject({
      state: 'quiet',
      evidence: expect.stringContaining('longer than any of the 5 before it (100 s at most)'),
    });
  });

  it('is ok while the process of the task is blocked for seconds', async () => {
    const id = await beginLively();
    worker.paused = true;
    await pass(20_000);
    expect(await stateOf(id)).toBe('ok');
  });

  it('is stalled once that process has been silent for longer than its lease', async () => {
    const id = await beginLively();
    // Nobody searches for the dead: that would end the task.
    looker.faults.set('expireLeases', 'failBefore');
    worker.paused = true;
    await pass(36_000);
    expect(await looker.monitor.health(id)).toMatchObject({
      state: 'stalled',
      evidence: expect.stringMatching(
        /^Its process was last alive 3\d s ago, and its lease has run out\.$/,
      ),
    });
    looker.faults.set('expireLeases', 'ok');
  });

  it('accuses nobody after a sleep of the whole machine', async () => {
    const id = await beginLively();
    for (const { clock } of all) clock.jumpWall(3_600_000);
    expect(await stateOf(id)).toBe('ok');
    await pass(59_000);
    expect(await stateOf(id)).toBe('ok');
    await pass(10_000);
    expect(await stateOf(id)).toBe('quiet');
  });

  it('accuses nobody after a sleep before which it saw nothing', async () => {
    const { id } = await begin();
    for (let current = 1; current <= 12; current++) {
      await pass(5_000);
      await worker.monitor.progress(id, { current });
    }
    for (const { clock } of all) clock.jumpWall(3_600_000);
    expect(await stateOf(id)).toBe('ok');
    await pass(55_000);
    expect(await looker.monitor.health(id)).toMatchObject({
      state: 'ok',
      evidence: expect.stringContaining('the process that looks was away itself until 55 s ago'),
    });
  });

  it('accuses nobody while this process was blocked itself', async () => {
    const id = await beginLively();
    looker.paused = true;
    await pass(100_000);
    looker.paused = false;
    // All at once, as after a long synchronous call: of its timers none came in time.
    looker.clock.advance(100_000);
    expect(await stateOf(id)).toBe('ok');
  });

  it('accuses nobody while the store is slow to tell', async () => {
    const id = await beginLively();
    await pass(70_000);
    looker.faults.set('leases', 'delay');
    const health = looker.monitor.health(id);
    await pass(3_000);
    looker.faults.release();
    expect(await health).toMatchObject({ state: 'ok' });
  });

  it('says so where the store does not tell who lives', async () => {
    const id = await beginLively();
    await pass(70_000);
    looker.faults.set('leases', 'failBefore');
    expect(await looker.monitor.health(id)).toMatchObject({
      state: 'quiet',
      evidence: expect.stringContaining('nothing is known of its process'),
    });
  });

  it('asks the store once in 2 s for a page of a thousand', async () => {
    const tasks: Task[] = [];
    for (let task = 0; task < 1_000; task++) tasks.push(await begin());
    await looker.monitor.healthAll(tasks);
    const healths = await looker.monitor.healthAll(tasks);
    expect(healths.map((health) => health?.state)).toEqual(Array(1_000).fill('ok'));
    const { faults } = looker;
    expect([faults.calls('leases'), faults.calls('get'), faults.calls('output')]).toEqual([
      1, 0, 0,
    ]);
  });

  it('leaves no timer behind', async () => {
    await looker.monitor.health((await begin()).id);
    await looker.monitor.close();
    expect(looker.clock.timers).toBe(0);
  });
});

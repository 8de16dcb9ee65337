import { setImmediate as turn } from 'node:timers/promises';
import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { TaskMonitorOptions } from './monitor-options.js';
import type { RunContext } from './run-context.js';
import { ChangeLog } from './testing/change-log.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

/** Stops when it is told to, as well-behaved work does. */
async function untilAborted({ signal }: RunContext): Promise<never> {
  signal.throwIfAborted();
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

describe('close', () => {
  let clock: FakeClock;
  let store: MemoryStore;
  let faults: FaultStore;
  let monitor: TaskMonitor;
  let errors: string[];
  const open = (options: TaskMonitorOptions = {}): TaskMonitor => {
    monitor = new TaskMonitor({
      store: faults,
      clock,
      closeStore: false,
      onError: (_, where) => errors.push(where),
      ...options,
    });
    return monitor;
  };
  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryStore({ clock });
    faults = new FaultStore(store);
    errors = [];
    open();
  });

  it('fails tasks driven by hand, cancels functions, and leaves alone what was never started', async () => {
    await monitor.register({ id: 'pending1' });
    await monitor.register({ id: 'by-hand-1' });
    await monitor.start('by-hand-1');
    await monitor.progress('by-hand-1', { message: 'halfway', percent: 50 });
    const run = await monitor.run({ id: 'run1' }, untilAborted);
    await turn();
    await monitor.close();
    expect(await store.get('by-hand-1')).toMatchObject({
      status: 'failed',
      progress: { message: 'halfway', percent: 50 },
      error: { code: 'SHUTDOWN', message: 'The process that ran it was shut down.', stack: null },
      execution: { endedBy: { cause: 'shutdown', monitor: monitor.id } },
    });
    expect(await store.get('run1')).toMatchObject({
      status: 'cancelled',
      error: null,
      execution: { cancel: { reason: 'SHUTDOWN', forced: false }, endedBy: { cause: 'shutdown' } },
    });
    await expect(run.finished).rejects.toMatchObject({ name: 'AbortError', why: 'shutdown' });
    expect((await store.get('pending1'))?.status).toBe('pending');
    expect(clock.timers).toBe(0);
  });

  it('waits for functions that stop in time, and takes what they come to', async () => {
    let finish = (): void => {};
    const run = await monitor.run({ id: 'run1' }, async ({ signal, progress }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await new Promise<void>((resolve) => (finish = resolve));
      await progress('saved');
      return 'all done';
    });
    await turn();
    const closed = monitor.close({ graceMs: 2_000 });
    await clock.advanceAsync(1_999);
    finish();
    await closed;
    expect(await run.recorded).toMatchObject({
      status: 'completed',
      result: 'all done',
      progress: { message: 'saved' },
    });
  });

  it('ends functions by force that do not stop in time', async () => {
    const run = await monitor.run({ id: 'run1' }, () => new Promise(() => {}));
    await turn();
    let closed = false;
    const closing = monitor.close({ graceMs: 2_000 }).then(() => (closed = true));
    await clock.advanceAsync(1_999);
    expect(closed).toBe(false);
    await clock.advanceAsync(1);
    await closing;
    expect(await run.recorded).toMatchObject({
      status: 'cancelled',
      execution: { cancel: { reason: 'SHUTDOWN', forced: true, acknowledgedAt: null } },
    });
    expect(clock.timers).toBe(0);
  });

  it('never calls a function that waits for a place', async () => {
    open({ concurrency: 1 });
    await monitor.run({ id: 'run1' }, untilAborted);
    let called = false;
    const waiting = await monitor.run({ id: 'run2' }, () => {
      called = true;
    });
    await turn();
    await monitor.close();
    await turn();
    expect(await waiting.recorded).toMatchObject({
      status: 'cancelled',
      startedAt: null,
      execution: { cancel: { reason: 'SHUTDOWN' } },
    });
    expect(called).toBe(false);
  });

  it('catches functions that are just being registered, however far that has come', async () => {
    await monitor.close();
    for (let delay = 0; delay < 30; delay++) {
      open();
      let running = false;
      let startedInVain = false;
      const starting = monitor.run({ id: `run${delay}` }, async (context) => {
        running = true;
        startedInVain = context.signal.aborted;
        await untilAborted(context).finally(() => (running = false));
      });
      for (let tick = 0; tick < delay; tick++) await Promise.resolve();
      await monitor.close();
      const run = await starting;
      expect(await run.recorded).toMatchObject({ status: 'cancelled' });
      expect([running, startedInVain]).toEqual([false, false]);
      expect((await store.counts({})).running).toBe(0);
    }
    expect([errors, clock.timers]).toEqual([[], 0]);
  });

  it('is done once, however often it is asked for', async () => {
    const log = await ChangeLog.open(store);
    await monitor.register({ id: 'a1' });
    await monitor.start('a1');
    const closed = [monitor.close(), monitor.close({ graceMs: 1 })];
    await Promise.all([...closed, ...closed]);
    await monitor.close();
    expect(await log.lines()).toEqual([
      'task.registered a1 v1',
      'task.started a1 v2',
      'task.failed a1 v3',
    ]);
  });

  it('takes no new work from the moment it is asked for, but still answers and takes reports', async () => {
    let finish = (): void => {};
    await monitor.register({ id: 'a1' });
    await monitor.start('a1');
    await monitor.register({ id: 'a2' });
    await monitor.run({ id: 'run1' }, () => new Promise<void>((resolve) => (finish = resolve)));
    await turn();
    const closed = monitor.close();
    for (const call of [
      () => monitor.register(),
      () => monitor.start('a2'),
      () => monitor.run({}, () => 1),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: 'MONITOR_CLOSED',
        message: 'This monitor was closed; make a new one to track further work.',
      });
    }
    expect((await monitor.get('run1')).status).toBe('running');
    expect((await monitor.complete('a1')).status).toBe('completed');
    finish();
    await closed;
    expect((await store.get('a1'))?.status).toBe('completed');
  });

  it('makes every later call reject at once', async () => {
    await monitor.register({ id: 'a1' });
    await monitor.close();
    const calls: Record<string, () => unknown> = {
      register: () => monitor.register(),
      start: () => monitor.start('a1'),
      progress: () => monitor.progress('a1', 1),
      log: () => monitor.log('a1', 'line'),
      complete: () => monitor.complete('a1'),
      fail: () => monitor.fail('a1', 'boom'),
      cancel: () => monitor.cancel('a1'),
      remove: () => monitor.remove('a1'),
      cleanup: () => monitor.cleanup(),
      get: () => monitor.get('a1'),
      output: () => monitor.output('a1'),
      list: () => monitor.list(),
      count: () => monitor.count(),
      stats: () => monitor.stats(),
      waitFor: () => monitor.waitFor('a1'),
      run: () => monitor.run({}, () => 1),
      watch: () => monitor.watch(),
      signal: () => monitor.signal('a1'),
    };
    const startedAt = performance.now();
    for (const [verb, call] of Object.entries(calls)) {
      const error = await (async () => call())().then(
        () => `${verb} resolved`,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: 'MONITOR_CLOSED' });
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('closes the store, unless that is shared', async () => {
    await monitor.close();
    expect(await store.get('a1')).toBeNull();
    await open({ closeStore: true }).close();
    await expect(store.get('a1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('leaves the tasks of other monitors alone', async () => {
    const other = new TaskMonitor({ store, clock, closeStore: false });
    await other.register({ id: 'a1' });
    await other.start('a1');
    await monitor.start((await monitor.register({ id: 'a2' })).id);
    await monitor.close();
    expect((await other.get('a1')).status).toBe('running');
    expect((await other.get('a2')).status).toBe('failed');
    await other.close();
  });

  it('rejects where the store fails, and still lets go of everything', async () => {
    await monitor.close();
    open({ closeStore: true });
    await monitor.register({ id: 'a1' });
    await monitor.start('a1');
    const watching = (async () => {
      for await (const event of monitor.watch()) expect(event.type).not.toBe('reset');
    })();
    await turn();
    faults.set('expireLeases', 'failBefore');
    await expect(monitor.close()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await watching;
    expect(clock.timers).toBe(0);
    expect(faults.calls('close')).toBe(1);
    await expect(monitor.close()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(monitor.get('a1')).rejects.toMatchObject({ code: 'MONITOR_CLOSED' });
  });

  it.each([-1, NaN, Infinity, '5'])('rejects a grace of %p, and goes on', async (graceMs) => {
    await expect(monitor.close({ graceMs: graceMs as number })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
    await monitor.register({ id: 'a1' });
    await monitor.close();
  });

  it('may be called from inside a function, which is then told to stop', async () => {
    const run = await monitor.run({ id: 'run1' }, async (context) => {
      void monitor.close();
      await untilAborted(context);
    });
    expect(await run.recorded).toMatchObject({
      status: 'cancelled',
      execution: { cancel: { reason: 'SHUTDOWN' } },
    });
    await monitor.close();
  });

  it('is over within ten seconds although the store hangs, and says so', async () => {
    const hanging = new FaultStore(new MemoryStore({ clock }));
    const each = new TaskMonitor({ store: hanging, clock, onError: () => {} });
    const { id } = await each.register();
    await each.start(id);
    for (const method of [
      'expireLeases',
      'releaseLease',
      'renewLease',
      'transition',
      'close',
    ] as const)
      hanging.set(method, 'hang');
    await clock.advanceAsync(5_000);
    let over = false;
    const closed = each.close({ graceMs: 500 }).catch((error: unknown) => {
      over = true;
      return error;
    });
    for (let passed = 0; passed <= 10_000; passed += 500) await clock.advanceAsync(500);
    expect(over).toBe(true);
    expect(await closed).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('leaves no timer behind in 1,000 cycles of opening and closing', async () => {
    // Its first looks for tasks of processes that died are over.
    await clock.advanceAsync(3_000);
    for (let cycle = 0; cycle < 1_000; cycle++) {
      const each = new TaskMonitor({ clock });
      const { id } = await each.register();
      await each.start(id);
      const run = await each.run({ timeoutMs: 1_000 }, ({ progress }) => progress(50));
      await run.recorded;
      await each.close();
    }
    // The monitor of this test itself searches and sweeps.
    expect(clock.timers).toBe(2);
    await monitor.close();
    expect(clock.timers).toBe(0);
  });
});

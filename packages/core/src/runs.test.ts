import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { TaskMonitorOptions } from './monitor-options.js';
import type { RunContext } from './run-context.js';
import { currentTask } from './current-task.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

/** Work that goes on until the test ends it. */
class Gate<T = void> {
  open!: (value: T) => void;
  readonly opened = new Promise<T>((resolve) => (this.open = resolve));
}

const untilAborted = ({ signal }: RunContext): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

describe('the runs of a monitor', () => {
  let clock: FakeClock;
  let store: MemoryStore;
  let monitors: TaskMonitor[];
  let errors: unknown[];
  const open = (options: TaskMonitorOptions = {}): TaskMonitor => {
    const monitor = new TaskMonitor({
      store,
      clock,
      closeStore: false,
      onError: (error) => errors.push(error),
      ...options,
    });
    monitors.push(monitor);
    return monitor;
  };
  /** Lets time pass until `promise` is settled. */
  const passing = async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    void promise.finally(() => (isOver = true)).catch(() => {});
    while (!isOver) await clock.advanceAsync(500);
    return promise;
  };
  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryStore({ clock });
    monitors = [];
    errors = [];
  });
  afterEach(async () => {
    const closed = Promise.all(monitors.map((monitor) => monitor.close()));
    await clock.advanceAsync(10_000);
    await closed;
    expect(errors).toEqual([]);
  });

  describe('concurrency', () => {
    it('runs two at a time, the others truly pending, in the order in which they were asked for', async () => {
      const monitor = open({ concurrency: 2 });
      const gates = Array.from({ length: 5 }, () => new Gate());
      const order: number[] = [];
      const runs = [];
      for (const [index, gate] of gates.entries()) {
        runs.push(
          await monitor.run({ id: `a${index}` }, () => {
            order.push(index);
            return gate.opened;
          }),
        );
      }
      await turn();
      expect(order).toEqual([0, 1]);
      expect(await monitor.stats()).toMatchObject({ runningTasks: 2, pendingTasks: 3 });
      const waiting = await monitor.list({ status: 'pending' });
      expect(waiting.tasks.map(({ id, startedAt }) => [id, startedAt])).toEqual([
        ['a2', null],
        ['a3', null],
        ['a4', null],
      ]);
      gates[1]?.open();
      await runs[1]?.recorded;
      await turn();
      expect(order).toEqual([0, 1, 2]);
      for (const gate of gates) gate.open();
      await Promise.all(runs.map(({ recorded }) => recorded));
      expect(order).toEqual([0, 1, 2, 3, 4]);
      expect(await monitor.count('completed')).toBe(5);
    });

    it('never runs more than it may, whatever becomes of the functions', async () => {
      const monitor = open({ concurrency: 3 });
      let running = 0;
      let most = 0;
      const runs = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          monitor.run({ id: `a${index}` }, async ({ signal }) => {
            most = Math.max(most, ++running);
            await turn();
            running--;
            if (index % 3 === 0) throw new Error('boom');
            signal.throwIfAborted();
          }),
        ),
      );
      for (let index = 0; index < 60; index += 7) await monitor.cancel(`a${index}`).catch(() => {});
      await Promise.all(runs.map(({ recorded }) => recorded));
      expect(most).toBe(3);
      expect((await monitor.stats()).totalTasks).toBe(60);
      expect(await monitor.count({ statuses: ['pending', 'running'] })).toBe(0);
    });

    it('never calls a function that was cancelled while it waited, and does not make others wait for it', async () => {
      const monitor = open({ concurrency: 1 });
      const gate = new Gate();
      const first = await monitor.run({}, () => gate.opened);
      let called = false;
      const second = await monitor.run({ id: 'a2' }, () => {
        called = true;
      });
      const third = await monitor.run({}, () => 'third');
      await turn();
      expect(await monitor.cancel('a2', { reason: 'superseded' })).toMatchObject({
        status: 'cancelled',
        startedAt: null,
      });
      await expect(second.finished).rejects.toMatchObject({ name: 'AbortError', why: 'cancel' });
      expect(await second.recorded).toEqual(await monitor.get('a2'));
      gate.open();
      await first.recorded;
      expect(await third.finished).toBe('third');
      expect(called).toBe(false);
    });

    it('gives the place of a function that was ended by force to the next', async () => {
      const monitor = open({ concurrency: 1, cancelGraceMs: 10_000 });
      const deaf = await monitor.run({}, () => new Promise(() => {}));
      const next = await monitor.run({}, () => 'next');
      await turn();
      await monitor.cancel(deaf.task.id);
      await clock.advanceAsync(9_999);
      expect((await monitor.get(next.task.id)).status).toBe('pending');
      await clock.advanceAsync(1);
      expect(await next.finished).toBe('next');
      expect((await deaf.recorded).execution.cancel?.forced).toBe(true);
    });

    it('gives the place of a task that could not be started to the next', async () => {
      const faults = new FaultStore(store);
      const monitor = open({ concurrency: 1, store: faults });
      faults.set('transition', 'failBefore');
      const first = await monitor.run({}, () => 'first');
      await expect(passing(first.finished)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      faults.set('transition', 'ok');
      const second = await monitor.run({}, () => 'second');
      expect(await second.finished).toBe('second');
      errors.length = 0;
    });

    it('runs thousands at once where there is no limit', async () => {
      const monitor = open();
      const gate = new Gate();
      const runs = await Promise.all(
        Array.from({ length: 2_000 }, () => monitor.run({}, () => gate.opened)),
      );
      await turn();
      expect(await monitor.count('running')).toBe(2_000);
      gate.open();
      await Promise.all(runs.map(({ recorded }) => recorded));
      expect(await monitor.count('completed')).toBe(2_000);
    });
  });

  describe('a run inside of a run', () => {
    it('is told to stop with it, however deep, and leaves no listener', async () => {
      const monitor = open();
      let nested!: RunContext;
      const run = await monitor.run({ id: 'outer-1', timeoutMs: 1_000 }, async () => {
        const inner = await monitor.run({ id: 'inner-1' }, async () => {
          const innermost = await monitor.run({ id: 'innermost-1' }, (context) => {
            nested = context;
            return untilAborted(context);
          });
          await innermost.finished;
        });
        await inner.finished;
      });
      await clock.advanceAsync(1_000);
      expect((await run.recorded).error?.code).toBe('TIMEOUT');
      for (const id of ['inner-1', 'innermost-1']) {
        expect(await monitor.get(id)).toMatchObject({
          status: 'cancelled',
          execution: { cancel: { reason: 'Its parent was told to stop.', forced: false } },
        });
      }
      expect(getEventListeners(nested.signal, 'abort')).toHaveLength(1);
    });

    it('is not told to stop when the outer one has ended', async () => {
      const monitor = open();
      let signal!: AbortSignal;
      const gate = new Gate();
      const run = await monitor.run({}, async (context) => {
        ({ signal } = context);
        await monitor.run({ id: 'inner-2' }, () => gate.opened);
      });
      await run.finished;
      await turn();
      expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
      gate.open();
      expect((await monitor.waitFor('inner-2')).status).toBe('completed');
    });

    it('takes no place of its own and is linked to its parent', async () => {
      const monitor = open({ concurrency: 1 });
      const outer = await monitor.run({ id: 'outer1' }, async () => {
        const children = [];
        for (const id of ['child1', 'child2']) {
          const child = await monitor.run({ id }, async () => {
            const grandchild = await monitor.run({ id: `grand-${id}` }, () => 1);
            return grandchild.finished;
          });
          children.push(child.finished);
        }
        return Promise.all(children);
      });
      expect(await outer.finished).toEqual([1, 1]);
      expect((await monitor.get('child1')).execution.parent?.id).toBe('outer1');
      expect((await monitor.get('grand-child2')).execution.parent?.id).toBe('child2');
      expect((await monitor.list({ parentId: 'outer1' })).total).toBe(2);
    });

    it('goes by the parent that it was given', async () => {
      const monitor = open();
      const outer = await monitor.run(
        {},
        async () => (await monitor.run({ parentId: 'batch-1' }, () => 1)).task,
      );
      expect((await outer.finished).execution.parent?.id).toBe('batch-1');
    });

    it('is no part of a task of another monitor', async () => {
      const outerMonitor = open();
      const innerMonitor = open({ concurrency: 1 });
      const outer = await outerMonitor.run(
        {},
        async () => (await innerMonitor.run({}, () => 1)).task,
      );
      expect((await outer.finished).execution.parent).toBeNull();
    });

    it('is no part of a function that is over, and takes a place as any other', async () => {
      const monitor = open({ concurrency: 1 });
      const left = new Gate();
      let begin: Promise<unknown> | undefined;
      const parent = await monitor.run({ id: 'parent1' }, () => {
        begin = left.opened.then(() => monitor.run({ id: 'left1' }, () => 1));
      });
      await parent.recorded;
      await turn();
      const gate = new Gate();
      const busy = await monitor.run({}, () => gate.opened);
      await turn();
      left.open();
      await begin;
      await turn();
      expect(await monitor.get('left1')).toMatchObject({
        status: 'pending',
        execution: { parent: null },
      });
      gate.open();
      await busy.recorded;
    });
  });

  describe('work that is under way', () => {
    it('waits for no place, and takes none from others', async () => {
      const monitor = open({ concurrency: 1 });
      const gates = [new Gate(), new Gate()] as const;
      await monitor.run({ id: 'run1' }, () => gates[0].opened);
      await monitor.run({ id: 'under-way-1', underWay: true }, () => gates[1].opened);
      await turn();
      expect((await monitor.get('under-way-1')).status).toBe('running');
      gates[0].open();
      const next = await monitor.run({}, () => 'next');
      expect(await next.finished).toBe('next');
      gates[1].open();
    });

    it('is told to stop although its task was cancelled before it started', async () => {
      const monitor = open();
      const run = await monitor.run(
        { underWay: true, timeoutMs: 60_000, signal: AbortSignal.abort('too late') },
        async ({ signal, progress }) => {
          await progress('tidied up');
          throw signal.reason;
        },
      );
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        startedAt: expect.any(Number) as number,
        progress: { message: 'tidied up' },
        execution: { cancel: { reason: 'too late', forced: false } },
      });
    });
  });

  describe('currentTask', () => {
    it('is found from anywhere inside the function, and nowhere else', async () => {
      const monitor = open();
      const seen: (string | undefined)[] = [];
      const look = (): void => void seen.push(currentTask()?.task.id);
      look();
      const run = await monitor.run({ id: 'a1' }, async () => {
        look();
        await turn();
        look();
        await new Promise<void>((resolve) =>
          setTimeout(() => {
            look();
            resolve();
          }, 1),
        );
        process.nextTick(look);
        await Promise.all([Promise.resolve().then(look), turn().then(look)]);
      });
      look();
      await run.recorded;
      look();
      expect(seen.filter((id) => id === 'a1')).toHaveLength(6);
      expect(seen.filter((id) => id === undefined)).toHaveLength(3);
    });

    it('tells tasks apart that run at the same time', async () => {
      const monitor = open();
      const runs = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          monitor.run({ id: `a${index}` }, async () => {
            for (let step = 0; step < 5; step++) {
              await turn();
              await currentTask()?.progress(`step ${step} of a${index}`);
            }
            return currentTask()?.task.id;
          }),
        ),
      );
      for (const [index, run] of runs.entries()) {
        expect(await run.finished).toBe(`a${index}`);
        expect((await run.recorded).progress?.message).toBe(`step 4 of a${index}`);
      }
    });
  });

  describe('idempotencyKey', () => {
    it('executes nothing twice: the second run is the first one', async () => {
      const monitor = open();
      let calls = 0;
      const gate = new Gate<string>();
      const work = (): Promise<string> => {
        calls++;
        return gate.opened;
      };
      const runs = await Promise.all(
        Array.from({ length: 10 }, () => monitor.run({ idempotencyKey: 'upload-7' }, work)),
      );
      expect(new Set(runs.map(({ task }) => task.id)).size).toBe(1);
      gate.open('done');
      expect(await Promise.all(runs.map(({ finished }) => finished))).toEqual(
        new Array(10).fill('done'),
      );
      const later = await monitor.run({ idempotencyKey: 'upload-7' }, work);
      expect(await later.finished).toBe('done');
      expect(await later.recorded).toEqual(await runs[0]?.recorded);
      expect(calls).toBe(1);
    });

    it('follows a run of another monitor', async () => {
      const mine = open();
      const other = open();
      const gate = new Gate<{ segments: number }>();
      await other.run({ idempotencyKey: 'upload-7' }, () => gate.opened);
      const followed = await mine.run({ idempotencyKey: 'upload-7' }, () => ({ segments: 0 }));
      gate.open({ segments: 80 });
      expect(await followed.finished).toEqual({ segments: 80 });
    });

    it('rejects as the first one failed, or was cancelled', async () => {
      const monitor = open();
      await monitor.run({ idempotencyKey: 'k1' }, () => {
        throw new Error('boom');
      });
      const failed = await monitor.run({ idempotencyKey: 'k1' }, () => 1);
      await expect(failed.finished).rejects.toMatchObject({
        name: 'TaskFailedError',
        code: 'ERROR',
        message: 'boom',
      });
      const first = await monitor.run({ idempotencyKey: 'k2' }, untilAborted);
      const cancelled = await monitor.run({ idempotencyKey: 'k2' }, () => 1);
      await monitor.cancel(first.task.id);
      await expect(cancelled.finished).rejects.toThrow('It was cancelled.');
      expect((await cancelled.recorded).status).toBe('cancelled');
    });

    it('may be forgotten, also when the monitor is closed before the other run ends', async () => {
      const mine = open();
      const other = open();
      await other.run({ idempotencyKey: 'k1' }, untilAborted);
      const followed = await mine.run({ idempotencyKey: 'k1' }, () => 1);
      await mine.close();
      await expect(followed.recorded).rejects.toMatchObject({ code: 'MONITOR_CLOSED' });
    });
  });

  it('leaves no task unfinished behind on a store that fails one call in ten', async () => {
    const faults = new FaultStore(store);
    const monitor = open({ store: faults, concurrency: 20, cancelGraceMs: 1_000 });
    faults.setRandom({ rate: 0.1, seed: 11 });
    const runs = [];
    for (let count = 0; count < 500; count++) {
      const entered = monitor.run({}, async ({ progress, signal }) => {
        void progress({ current: 1, total: 2 });
        await turn();
        signal.throwIfAborted();
        if (count % 5 === 0) throw new Error('boom');
        return count;
      });
      const run = await passing(entered).catch(() => null);
      if (run !== null) runs.push(run);
      if (run !== null && count % 7 === 0) await monitor.cancel(run.task.id).catch(() => {});
    }
    const settled = Promise.allSettled(runs.map(({ finished }) => finished));
    const outcomes = await passing(settled);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(100);
    faults.setRandom(null);
    const closed = monitor.close();
    await clock.advanceAsync(5_000);
    await closed;
    const { pending, running, completed, failed, cancelled } = await store.counts({});
    expect([pending, running]).toEqual([0, 0]);
    expect(completed + failed + cancelled).toBeGreaterThanOrEqual(runs.length);
    expect(errors.length).toBeGreaterThan(0);
    errors.length = 0;
  });

  describe('another monitor on the same store', () => {
    it('cancels a running function: it hears of it by the changes', async () => {
      const mine = open();
      const other = open();
      const run = await mine.run({ id: 'a1' }, untilAborted);
      await turn();
      expect(await other.cancel('a1', { reason: 'superseded', by: 'mira' })).toMatchObject({
        status: 'running',
        execution: { cancel: { requestedBy: 'mira' } },
      });
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        execution: {
          cancel: { reason: 'superseded', forced: false },
          endedBy: { monitor: mine.id },
        },
      });
    });

    it('cancels and ends what has only just begun, before this one has begun to listen', async () => {
      const faults = new FaultStore(store);
      faults.set('changesAfter', 'delay');
      const mine = open({ store: faults });
      const other = open();
      const cancelled = await mine.run({ id: 'a1' }, untilAborted);
      const ended = await mine.run({ id: 'a2' }, untilAborted);
      await turn();
      await other.cancel('a1');
      await other.complete('a2');
      faults.set('changesAfter', 'ok');
      faults.release();
      expect((await cancelled.recorded).status).toBe('cancelled');
      await expect(ended.finished).rejects.toMatchObject({ why: 'ended' });
    });

    it('cancels and ends what it sees before this one knows that it was registered', async () => {
      const faults = new FaultStore(store);
      const mine = open({ store: faults });
      const other = open();
      const first = await mine.run({ id: 'a1' }, untilAborted);
      await turn();
      faults.set('create', 'delayAnswer');
      let called = false;
      const entering = mine.run({ id: 'a2' }, () => {
        called = true;
      });
      await turn();
      await other.cancel('a2');
      await turn();
      faults.release();
      await expect((await entering).finished).rejects.toMatchObject({ why: 'cancel' });
      expect(called).toBe(false);
      await other.cancel('a1');
      await first.recorded;
    });

    it('cancels it also when the change that says so was missed', async () => {
      store = new MemoryStore({ clock, changes: 2 });
      const faults = new FaultStore(store);
      const mine = open({ store: faults });
      const other = open();
      const run = await mine.run({ id: 'a1' }, untilAborted);
      await turn();
      faults.set('changesAfter', 'delay');
      await other.progress('a1', 1);
      await turn();
      await other.cancel('a1');
      for (let count = 0; count < 5; count++) await other.register();
      faults.set('changesAfter', 'ok');
      faults.release();
      expect((await run.recorded).status).toBe('cancelled');
    });

    it('cancels it with the renewal of the lease when no change gets through', async () => {
      const faults = new FaultStore(store);
      faults.set('changesAfter', 'hang');
      const mine = open({ store: faults });
      const other = open();
      const run = await mine.run({ id: 'a1' }, untilAborted);
      await turn();
      await other.cancel('a1', { reason: 'superseded' });
      await clock.advanceAsync(4_999);
      expect((await other.get('a1')).status).toBe('running');
      await clock.advanceAsync(1);
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        execution: { cancel: { forced: false } },
      });
    });

    it('cancels one that waits for a place, which then is never called', async () => {
      const mine = open({ concurrency: 1 });
      const other = open();
      const gate = new Gate();
      await mine.run({}, () => gate.opened);
      let called = false;
      const waiting = await mine.run({ id: 'a2' }, () => {
        called = true;
      });
      await turn();
      expect((await other.cancel('a2', { reason: 'superseded' })).status).toBe('cancelled');
      await expect(waiting.finished).rejects.toMatchObject({ why: 'cancel' });
      gate.open();
      await turn();
      expect(called).toBe(false);
    });

    it('is found out even if word of it comes only after the place', async () => {
      const faults = new FaultStore(store);
      faults.set('changesAfter', 'hang');
      const mine = open({ store: faults, concurrency: 1 });
      const other = open();
      const gate = new Gate();
      const first = await mine.run({}, () => gate.opened);
      let called = false;
      const waiting = await mine.run({ id: 'a2' }, () => {
        called = true;
      });
      const failed = await mine.run({ id: 'a3' }, () => {
        called = true;
      });
      await turn();
      await other.cancel('a2', { reason: 'superseded' });
      await other.fail('a3', 'not wanted any more');
      gate.open();
      await first.recorded;
      await expect(waiting.finished).rejects.toMatchObject({ name: 'AbortError', why: 'cancel' });
      expect((await waiting.recorded).execution.cancel?.reason).toBe('superseded');
      await expect(failed.finished).rejects.toMatchObject({ name: 'AbortError', why: 'ended' });
      expect((await failed.recorded).error?.message).toBe('not wanted any more');
      expect(called).toBe(false);
    });

    it('stops a function whose task somebody else ended, and notes what it still came to', async () => {
      const mine = open();
      const other = open();
      const gate = new Gate();
      const run = await mine.run({ id: 'a1' }, async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await gate.opened;
        return 'value';
      });
      await turn();
      await other.fail('a1', 'taken over');
      await turn();
      gate.open();
      expect(await run.finished).toBe('value');
      expect(await run.recorded).toMatchObject({
        status: 'failed',
        error: { message: 'taken over' },
        execution: { lateOutcome: { status: 'completed' } },
      });
    });

    it('stops nothing else', async () => {
      const mine = open();
      const other = open();
      const gate = new Gate();
      const run = await mine.run({ id: 'a1' }, async ({ signal }) => {
        await gate.opened;
        return signal.aborted;
      });
      await other.run({ id: 'b1' }, untilAborted);
      await other.cancel('b1');
      await other.progress('a1', 'a word from outside');
      await turn();
      gate.open();
      expect(await run.finished).toBe(false);
    });
  });
});

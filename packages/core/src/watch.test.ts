import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { TaskMonitorOptions } from './monitor-options.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';
import type { TaskEvent, WatchOptions } from './watch.js';

/** `task.started a1 v2`, and what else an event says of itself. */
function lineOf(event: TaskEvent): string {
  if (event.type === 'reset') return 'reset';
  if (event.type === 'task.removed') return `task.removed ${event.ids.join(' ')}`;
  return `${event.type} ${event.task.id} v${event.task.version}`;
}

/** Watches from now on, beside the test. */
class Watcher {
  readonly lines: string[] = [];
  readonly events: TaskEvent[] = [];
  readonly ended: Promise<void>;

  constructor(monitor: TaskMonitor, options: WatchOptions = {}) {
    this.ended = this.#follow(monitor.watch(options));
  }

  async #follow(events: AsyncIterable<TaskEvent>): Promise<void> {
    for await (const event of events) {
      this.events.push(event);
      this.lines.push(lineOf(event));
    }
  }
}

describe('watch', () => {
  let clock: FakeClock;
  let store: FaultStore;
  let monitor: TaskMonitor;
  let errors: unknown[];
  const open = (options: TaskMonitorOptions = {}, changes = 10_000): TaskMonitor => {
    store = new FaultStore(new MemoryStore({ clock, changes }));
    return new TaskMonitor({ store, clock, onError: (error) => errors.push(error), ...options });
  };
  const finish = async (id: string): Promise<void> => {
    await monitor.register({ id });
    await monitor.start(id);
    await monitor.complete(id);
  };
  beforeEach(() => {
    clock = new FakeClock();
    errors = [];
    monitor = open();
  });
  afterEach(async () => {
    await monitor.close();
  });

  describe('of all tasks', () => {
    it('tells every change from now on, in the order of the store', async () => {
      await finish('a0');
      const watcher = new Watcher(monitor);
      await finish('a1');
      await monitor.register({ id: 'a2' });
      await monitor.log('a2', 'line');
      await monitor.cancel('a2');
      await monitor.remove('a1');
      await turn();
      expect(watcher.lines).toEqual([
        'task.registered a1 v1',
        'task.started a1 v2',
        'task.completed a1 v3',
        'task.registered a2 v1',
        'task.output a2 v2',
        'task.cancelled a2 v3',
        'task.removed a1',
      ]);
      expect(watcher.events[4]).toMatchObject({
        lines: [{ text: 'line', stream: 'log', number: 1 }],
      });
    });

    it('begins at the call, not at the first look', async () => {
      const events = monitor.watch();
      await monitor.register({ id: 'a1' });
      expect(await events.next()).toMatchObject({
        value: { type: 'task.registered', task: { id: 'a1' } },
      });
      await events.return?.();
    });

    it('goes on after a position, each change once, across readers', async () => {
      const all = new Watcher(monitor);
      for (const id of ['a1', 'a2', 'a3']) await finish(id);
      await turn();
      for (let index = 0; index < all.events.length; index++) {
        const { position } = all.events[index] as { position: string };
        const rest = monitor.watch({ after: position });
        const told: string[] = [];
        while (told.length < all.lines.length - index - 1)
          told.push(lineOf((await rest.next()).value as TaskEvent));
        expect(told).toEqual(all.lines.slice(index + 1));
        await rest.return?.();
      }
    });

    it('says reset to a reader that lags too far behind, and goes on from now', async () => {
      monitor = open({}, 5);
      const events = monitor.watch();
      await monitor.register({ id: 'a1' });
      await events.next();
      for (let number = 2; number <= 20; number++) await monitor.register({ id: `a${number}` });
      expect(lineOf((await events.next()).value as TaskEvent)).toBe('reset');
      await monitor.register({ id: 'a21' });
      expect(lineOf((await events.next()).value as TaskEvent)).toBe('task.registered a21 v1');
      await events.return?.();
    });

    it('says reset to a position that is none', async () => {
      for (const after of ['', 'made-up.1', '99999']) {
        const events = monitor.watch({ after });
        expect(await events.next()).toMatchObject({
          value: { type: 'reset', position: expect.any(String) },
        });
        await events.return?.();
      }
    });

    it('rejects where the store does not answer, and only there', async () => {
      const events = monitor.watch();
      await turn();
      store.set('changesAfter', 'failBefore');
      await expect(events.next()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      store.set('changesAfter', 'ok');
      expect(errors).toEqual([]);
    });
  });

  describe('of one task', () => {
    it('begins with the task as it stands, and ends with the task', async () => {
      await monitor.register({ id: 'a1' });
      const watcher = new Watcher(monitor, { taskId: 'a1' });
      await turn();
      await monitor.register({ id: 'other1' });
      await monitor.start('a1');
      await monitor.progress('a1', 50);
      await monitor.log('a1', 'line');
      await monitor.complete('a1');
      await watcher.ended;
      expect(watcher.lines).toEqual([
        'snapshot a1 v1',
        'task.started a1 v2',
        'task.progress a1 v3',
        'task.output a1 v4',
        'task.completed a1 v5',
      ]);
    });

    it('is the snapshot alone for a finished task', async () => {
      await finish('a1');
      const watcher = new Watcher(monitor, { taskId: 'a1' });
      await watcher.ended;
      expect(watcher.lines).toEqual(['snapshot a1 v3']);
    });

    it.each(['fail', 'cancel'] as const)('ends with %s, too', async (verb) => {
      await monitor.register({ id: 'a1' });
      const watcher = new Watcher(monitor, { taskId: 'a1' });
      await turn();
      await (verb === 'fail' ? monitor.fail('a1', 'boom') : monitor.cancel('a1'));
      await watcher.ended;
      expect(watcher.lines).toHaveLength(2);
    });

    it('never misses a change between the snapshot and the first change', async () => {
      for (let delay = 0; delay < 25; delay++) {
        const id = `a${delay}`;
        await monitor.register({ id });
        const watcher = new Watcher(monitor, { taskId: id });
        for (let tick = 0; tick < delay; tick++) await Promise.resolve();
        await monitor.start(id);
        await monitor.complete(id);
        await watcher.ended;
        const versions = watcher.lines.map((line) => Number(line.split(' v')[1]));
        expect(watcher.lines[0]).toMatch(/^snapshot /);
        expect(versions.at(-1)).toBe(3);
        expect(versions).toEqual(versions.map((_, index) => (versions[0] as number) + index));
      }
    });

    it('ends when the task is removed', async () => {
      monitor = open({ store: new MemoryStore({ maxFinished: 1 }) });
      await monitor.register({ id: 'a1' });
      await monitor.start('a1');
      const watcher = monitor.watch({ taskId: 'a1' });
      await watcher.next();
      await monitor.complete('a1');
      await monitor.remove('a1');
      expect(lineOf((await watcher.next()).value as TaskEvent)).toBe('task.completed a1 v3');
      expect((await watcher.next()).done).toBe(true);
    });

    it('throws TASK_NOT_FOUND for a task that is not kept', async () => {
      const watcher = new Watcher(monitor, { taskId: 'nobody-1' });
      await expect(watcher.ended).rejects.toMatchObject({
        code: 'TASK_NOT_FOUND',
        message: 'Task not found: nobody-1',
      });
    });

    it('is told reset and the task as it stands when it could not keep up', async () => {
      await monitor.register({ id: 'a1' });
      await monitor.start('a1');
      const events = monitor.watch({ taskId: 'a1' });
      expect(lineOf((await events.next()).value as TaskEvent)).toBe('snapshot a1 v2');
      for (let step = 1; step <= 10_500; step++) await monitor.progress('a1', { current: step });
      await turn();
      const told: string[] = [];
      for await (const event of events) {
        told.push(lineOf(event));
        if (event.type === 'snapshot') await monitor.complete('a1');
      }
      expect(told).toEqual(['reset', 'snapshot a1 v10502', 'task.completed a1 v10503']);
    });

    it('is told reset when the store did not keep what was missed', async () => {
      monitor = open({}, 3);
      await monitor.register({ id: 'a1' });
      await monitor.start('a1');
      const watcher = new Watcher(monitor, { taskId: 'a1' });
      await turn();
      store.set('changesAfter', 'delay');
      await monitor.progress('a1', 1);
      await turn();
      for (let step = 2; step <= 10; step++) await monitor.progress('a1', step);
      store.set('changesAfter', 'ok');
      store.release();
      await turn();
      await monitor.complete('a1');
      await watcher.ended;
      expect(watcher.lines).toContain('reset');
      expect(watcher.lines.at(-1)).toBe('task.completed a1 v13');
    });

    it('goes on after a position with the changes of that task alone, without a snapshot', async () => {
      const all = new Watcher(monitor);
      await monitor.register({ id: 'a1' });
      await finish('other1');
      await monitor.start('a1');
      await turn();
      const { position } = all.events[0] as { position: string };
      const watcher = new Watcher(monitor, { taskId: 'a1', after: position });
      await turn();
      await monitor.complete('a1');
      await watcher.ended;
      expect(watcher.lines).toEqual(['task.started a1 v2', 'task.completed a1 v3']);
    });

    it('ends at once when it goes on after the end of the task', async () => {
      const all = new Watcher(monitor);
      await finish('a1');
      await turn();
      const { position } = all.events.at(-1) as { position: string };
      await finish('other1');
      const watcher = new Watcher(monitor, { taskId: 'a1', after: position });
      await watcher.ended;
      expect(watcher.lines).toEqual([]);
      const after = (all.events[0] as { position: string }).position;
      const later = new Watcher(monitor, { taskId: 'a1', after });
      await later.ended;
      expect(later.lines).toEqual(['task.started a1 v2', 'task.completed a1 v3']);
      await monitor.remove('a1');
      const last = new Watcher(monitor, { taskId: 'a1', after: position });
      await last.ended;
      expect(last.lines).toEqual(['task.removed a1']);
    });

    it('ends after reset when the task ended in what was missed', async () => {
      await finish('a1');
      const watcher = new Watcher(monitor, { taskId: 'a1', after: 'forgotten.1' });
      await watcher.ended;
      expect(watcher.lines).toEqual(['reset']);
      const unknown = new Watcher(monitor, { taskId: 'nobody-1', after: 'forgotten.1' });
      await expect(unknown.ended).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    });
  });

  describe('ending it', () => {
    it('ends quietly when the signal fires, whatever it waits for', async () => {
      await monitor.register({ id: 'a1' });
      const controller = new AbortController();
      const { signal } = controller;
      const watchers = [
        new Watcher(monitor, { signal }),
        new Watcher(monitor, { signal, taskId: 'a1' }),
      ];
      await turn();
      controller.abort(new Error('the client went away'));
      await Promise.all(watchers.map(({ ended }) => ended));
      await new Watcher(monitor, { signal }).ended;
      await new Watcher(monitor, { signal, taskId: 'a1' }).ended;
    });

    it('ends when the signal fires although the store does not answer', async () => {
      await monitor.register({ id: 'a1' });
      store.set('changesAfter', 'hang');
      const controller = new AbortController();
      const { signal } = controller;
      const watchers = [
        new Watcher(monitor, { signal }),
        new Watcher(monitor, { signal, taskId: 'a1' }),
      ];
      await turn();
      controller.abort();
      await Promise.all(watchers.map(({ ended }) => ended));
    });

    it('ends with the monitor, after telling how the last tasks ended', async () => {
      await monitor.register({ id: 'a1' });
      await monitor.start('a1');
      const all = new Watcher(monitor);
      const one = new Watcher(monitor, { taskId: 'a1' });
      await monitor.run({ id: 'b1' }, ({ signal }) => {
        return new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      });
      await turn();
      await monitor.close();
      await Promise.all([all.ended, one.ended]);
      expect(one.lines).toEqual(['snapshot a1 v2', 'task.failed a1 v3']);
      expect(all.lines).toContain('task.cancelled b1 v3');
      expect(all.lines).toContain('task.failed a1 v3');
      expect(() => monitor.watch()).toThrow(expect.objectContaining({ code: 'MONITOR_CLOSED' }));
    });

    it('ends with the monitor also for who is busy with an event at that moment', async () => {
      for (const options of [{}, { taskId: 'a1' }]) {
        monitor = open();
        const events = monitor.watch(options);
        await monitor.register({ id: 'a1' });
        await events.next();
        await monitor.close();
        expect((await events.next()).done).toBe(true);
      }
    });

    it('leaves nothing behind when the reader breaks out, throws, or is told to return', async () => {
      await monitor.register({ id: 'a1' });
      for (const options of [{}, { taskId: 'a1' }]) {
        const readers = store.calls('changesAfter');
        for (let round = 0; round < 20; round++) {
          const controller = new AbortController();
          const events = monitor.watch({ ...options, signal: controller.signal });
          await monitor.progress('a1', 1).catch(() => monitor.log('a1', 'line'));
          for await (const event of events) {
            lineOf(event);
            break;
          }
          const reading = (async () => {
            const others = monitor.watch({ ...options, signal: controller.signal });
            await monitor.log('a1', 'line');
            for await (const event of others) throw new Error(lineOf(event));
          })();
          await expect(reading).rejects.toThrow(/a1/);
          expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
        }
        await clock.advanceAsync(1_000, turn);
        const after = store.calls('changesAfter');
        for (let write = 0; write < 10; write++) await monitor.log('a1', 'line');
        await turn();
        expect(store.calls('changesAfter')).toBe(after);
        expect(after).toBeGreaterThan(readers);
      }
    });

    it('leaves nothing behind of 1,000 watchers on one signal', async () => {
      const controller = new AbortController();
      const { signal } = controller;
      await monitor.register({ id: 'a1' });
      const watchers = Array.from(
        { length: 1_000 },
        (_, index) => new Watcher(monitor, index % 2 === 0 ? { signal } : { signal, taskId: 'a1' }),
      );
      await turn();
      expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
      await monitor.start('a1');
      await turn();
      expect(new Set(watchers.map(({ lines }) => lines.at(-1)))).toEqual(
        new Set(['task.started a1 v2']),
      );
      controller.abort();
      await Promise.all(watchers.map(({ ended }) => ended));
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      await clock.advanceAsync(1_000, turn);
      const calls = store.calls('changesAfter');
      await monitor.progress('a1', 1);
      await turn();
      expect(store.calls('changesAfter')).toBe(calls);
    });

    it('costs one reader of the store, however many watch one task', async () => {
      await monitor.register({ id: 'a1' });
      await monitor.start('a1');
      const watchers = Array.from({ length: 200 }, () => new Watcher(monitor, { taskId: 'a1' }));
      await turn();
      const calls = store.calls('changesAfter');
      await monitor.progress('a1', 1);
      await turn();
      expect(store.calls('changesAfter')).toBe(calls + 1);
      await monitor.complete('a1');
      await Promise.all(watchers.map(({ ended }) => ended));
    });

    it('lets go of a long-lived signal', async () => {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const { signal } = new AbortController();
      await finish('a1');
      const watchMany = async (): Promise<void> => {
        for (let round = 0; round < 3_000; round++)
          await new Watcher(monitor, { taskId: 'a1', signal }).ended;
        await turn();
        collect();
      };
      await watchMany();
      const dependents = (): number =>
        Object.getOwnPropertySymbols(signal)
          .map((symbol) => (signal as unknown as Record<symbol, unknown>)[symbol])
          .reduce(
            (sum: number, value) =>
              sum +
              (typeof value === 'object' && value !== null && 'size' in value
                ? Number(value.size)
                : 0),
            0,
          );
      expect(dependents()).toBeLessThan(10);
    });
  });

  describe('what a reader does meanwhile', () => {
    it('may call every verb from inside, each change told once and in order', async () => {
      const lines: string[] = [];
      await monitor.register({ id: 'a1' });
      for await (const event of monitor.watch({ taskId: 'a1' })) {
        lines.push(lineOf(event));
        if (event.type === 'snapshot') await monitor.start('a1');
        if (event.type === 'task.started') await monitor.progress('a1', 'halfway');
        if (event.type === 'task.progress') await monitor.cancel('a1');
      }
      expect(lines).toEqual([
        'snapshot a1 v1',
        'task.started a1 v2',
        'task.progress a1 v3',
        'task.cancelled a1 v4',
      ]);
    });

    it('may cancel what another reader completes in the same moment: one of them wins', async () => {
      for (let round = 0; round < 20; round++) {
        const id = `r${round}`;
        await monitor.register({ id });
        const race = async (act: () => Promise<unknown>): Promise<void> => {
          for await (const event of monitor.watch({ taskId: id }))
            if (event.type === 'task.started') await act();
        };
        const racers = [
          race(() => monitor.complete(id)),
          race(() => monitor.cancel(id).catch(() => {})),
        ];
        await turn();
        await monitor.start(id);
        await Promise.all(racers);
        expect((await monitor.get(id)).version).toBeGreaterThanOrEqual(3);
      }
    });

    it('may be slow, and may throw, without the task noticing', async () => {
      await monitor.register({ id: 'a1' });
      const reading = (async () => {
        for await (const event of monitor.watch({ taskId: 'a1' })) {
          if (event.type === 'task.started') throw new Error('the reader is broken');
        }
      })();
      const good = new Watcher(monitor, { taskId: 'a1' });
      await turn();
      await monitor.start('a1');
      expect((await monitor.complete('a1')).status).toBe('completed');
      await expect(reading).rejects.toThrow('the reader is broken');
      await good.ended;
      expect(good.lines.at(-1)).toBe('task.completed a1 v3');
      expect(errors).toEqual([]);
    });

    it('holds no events that were read, also while it is never quite up to date', async () => {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      monitor = open({}, 10);
      await monitor.register({ id: 'a1' });
      await monitor.start('a1');
      const events = monitor.watch({ taskId: 'a1' });
      await events.next();
      const read: WeakRef<object>[] = [];
      await monitor.progress('a1', 0);
      for (let step = 1; step <= 3_000; step++) {
        await monitor.progress('a1', { current: step });
        await turn();
        read.push(new WeakRef((await events.next()).value as object));
      }
      await turn();
      collect();
      expect(read.filter((event) => event.deref() !== undefined).length).toBeLessThan(2_100);
      await events.return?.();
    });
  });

  describe('options', () => {
    it.each([
      [{ taskId: 5 }, 'Expected `taskId` to be a string, got 5 (number).'],
      [{ signal: {} }, 'Expected `signal` to be an AbortSignal, got an object.'],
      [{ after: 5 }, 'Expected `after` to be a string, got 5 (number).'],
      [{ task: 'a1' }, 'watch has no option `task`. Did you mean `taskId`?'],
    ])('refuses %p', (options, message) => {
      expect(() => monitor.watch(options as WatchOptions)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTIONS', message }),
      );
    });
  });
});

import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { TaskAbortError, TaskFailedError } from './failure.js';
import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { TaskMonitorOptions } from './monitor-options.js';
import type { RunContext } from './run-context.js';
import { aProcess } from './testing/builders.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

/** Resolves from outside. */
class Gate<T = void> {
  open!: (value: T) => void;
  fail!: (error: unknown) => void;
  readonly opened = new Promise<T>((resolve, reject) => {
    this.open = resolve;
    this.fail = reject;
  });
}

/** Stops when it is told to, as well-behaved work does. */
const untilAborted = ({ signal }: RunContext): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('run', () => {
  let clock: FakeClock;
  let store: FaultStore;
  let monitor: TaskMonitor;
  let errors: [error: unknown, where: string][];
  const open = (options: TaskMonitorOptions = {}): TaskMonitor =>
    new TaskMonitor({
      store,
      clock,
      captureStacks: false,
      onError: (error, where) => errors.push([error, where]),
      ...options,
    });
  beforeEach(() => {
    clock = new FakeClock();
    store = new FaultStore(new MemoryStore({ clock }));
    errors = [];
    monitor = open();
  });
  afterEach(async () => {
    store.setRandom(null);
    for (const method of ['create', 'transition', 'progress', 'appendOutput', 'get'] as const)
      store.set(method, 'ok');
    store.release();
    const closed = monitor.close();
    await clock.advanceAsync(5_000);
    await closed;
  });

  it('lets the function tell onError of trouble that it got over', async () => {
    const trouble = new Error('no captions');
    const run = await monitor.run({}, async ({ reportError }) =>
      reportError(trouble, 'reading captions'),
    );
    await run.finished;
    expect(errors).toEqual([[trouble, 'reading captions']]);
  });

  describe('the end of the function', () => {
    it('keeps what the function returned as the result', async () => {
      const run = await monitor.run({ type: 'ingest' }, async () => ({ segments: 80 }));
      expect(run.task).toMatchObject({
        status: 'pending',
        type: 'ingest',
        execution: { driver: 'runner' },
      });
      expect(await run.finished).toEqual({ segments: 80 });
      expect(await monitor.get(run.task.id)).toMatchObject({
        status: 'completed',
        result: { segments: 80 },
        execution: { endedBy: { cause: 'caller', monitor: monitor.id }, resultOmitted: null },
      });
      expect(await run.recorded).toEqual(await monitor.get(run.task.id));
    });

    it('takes a function that is not async, and one without a result', async () => {
      const one = await monitor.run({}, () => 1);
      const none = await monitor.run({}, () => {});
      expect(await one.finished).toBe(1);
      expect(await none.finished).toBeUndefined();
      expect((await one.recorded).result).toBe(1);
      expect(await none.recorded).toMatchObject({
        status: 'completed',
        result: null,
        execution: { resultOmitted: null },
      });
    });

    it('completes a task whose result cannot be kept, and gives the value to the caller', async () => {
      const cyclic: Record<string, unknown> = {};
      cyclic['self'] = cyclic;
      const first = await monitor.run({}, () => cyclic);
      expect(await first.finished).toBe(cyclic);
      expect(await first.recorded).toMatchObject({
        status: 'completed',
        result: null,
        execution: { resultOmitted: '`result.self` contains itself.' },
      });
      const large = Buffer.alloc(100_000_000);
      const second = await monitor.run({}, () => ({ large }));
      expect((await second.finished).large).toBe(large);
      expect((await second.recorded).execution.resultOmitted).toBe(
        '`result.large` is binary data: store a reference, or encode it as text.',
      );
      const third = await monitor.run({}, () => 'x'.repeat(65_535));
      expect((await third.recorded).execution.resultOmitted).toMatch(/^`result` has 65537 bytes/);
    });

    it('fails the task with what was thrown, and rejects with the same', async () => {
      const error = new TypeError('no such codec');
      const later = await monitor.run({}, async () => {
        await turn();
        throw error;
      });
      await expect(later.finished).rejects.toBe(error);
      expect(await later.recorded).toMatchObject({
        status: 'failed',
        error: { code: 'ERROR', message: 'no such codec', name: 'TypeError', stack: null },
      });
      const atOnce = await monitor.run({}, () => {
        throw error;
      });
      await expect(atOnce.finished).rejects.toBe(error);
    });

    it('takes anything for an error, also undefined', async () => {
      const run = await monitor.run({}, () => Promise.reject(undefined as unknown as Error));
      await expect(run.finished).rejects.toBeUndefined();
      expect((await run.recorded).error?.message).toBe('Threw undefined');
    });

    it('fails the task with the code that the function chose', async () => {
      const run = await monitor.run({}, () => {
        throw new TaskFailedError('EXIT', 'Exited with code 3.');
      });
      expect((await run.recorded).error).toMatchObject({
        code: 'EXIT',
        message: 'Exited with code 3.',
      });
    });

    it('keeps stacks where that is wanted', async () => {
      monitor = open({ captureStacks: true });
      const error = new Error('boom');
      const run = await monitor.run({}, () => {
        throw error;
      });
      expect((await run.recorded).error?.stack).toBe(error.stack);
    });

    it('may be forgotten: nothing is rejected that nobody handles', async () => {
      store.set('transition', 'failBefore');
      await monitor.run({}, () => {
        throw new Error('boom');
      });
      store.set('transition', 'ok');
      await monitor.run({}, () => {
        throw new Error('boom');
      });
      const { task } = await monitor.run({}, untilAborted);
      await monitor.cancel(task.id);
      await turn();
      await turn();
    });

    it('executes the function once, and only after the task was started', async () => {
      const statuses: string[] = [];
      const run = await monitor.run({ id: 'a1' }, async ({ task }) => {
        statuses.push(task.status, (await monitor.get('a1')).status);
      });
      expect(statuses).toEqual([]);
      await run.finished;
      expect(statuses).toEqual(['running', 'running']);
    });
  });

  describe('reports from the function', () => {
    it('stores everything that was not awaited before the task ends, in order', async () => {
      const events: string[] = [];
      const run = await monitor.run({ id: 'a1' }, ({ progress, log }) => {
        for (let line = 1; line <= 50; line++) {
          void progress({ current: line, total: 50 });
          void log(`line ${line}`);
        }
      });
      for await (const event of monitor.watch({ taskId: 'a1' })) {
        if (event.type === 'task.output') events.push(event.lines.map(({ text }) => text).join());
      }
      expect(await run.recorded).toMatchObject({
        status: 'completed',
        progress: { current: 50, percent: 100 },
      });
      const { lines } = await monitor.output('a1');
      expect(lines.map(({ text }) => text)).toEqual(
        Array.from({ length: 50 }, (_, index) => `line ${index + 1}`),
      );
    });

    it('waits with the end until a slow store has taken the reports', async () => {
      store.set('progress', 'delay');
      const run = await monitor.run({ id: 'a1' }, ({ progress }) => {
        void progress('last word');
        return 1;
      });
      await turn();
      expect((await monitor.get('a1')).status).toBe('running');
      store.release();
      expect(await run.recorded).toMatchObject({
        status: 'completed',
        progress: { message: 'last word' },
      });
    });

    it('throws bad input at once, where the function can see which line was wrong', async () => {
      const run = await monitor.run({}, ({ progress, log }) => {
        expect(() => progress(101)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
        expect(() => progress({ curent: 1 } as object)).toThrow('Did you mean `current`?');
        expect(() => log(5 as unknown as string)).toThrow(
          expect.objectContaining({ code: 'INVALID_INPUT' }),
        );
      });
      await run.finished;
      expect(await run.recorded).toMatchObject({ status: 'completed', progress: null });
    });

    it('tells onError of reports that the store did not take, and goes on', async () => {
      store.set('progress', 'failBefore');
      store.set('appendOutput', 'throwSync');
      const run = await monitor.run({ id: 'a1' }, async ({ progress, log }) => {
        void progress(1);
        await progress(2);
        await log('line');
        return 'done';
      });
      expect(await run.finished).toBe('done');
      expect((await run.recorded).status).toBe('completed');
      expect(errors.map(([, where]) => where)).toEqual(new Array(3).fill('a report of task "a1"'));
    });

    it('records which process does the work', async () => {
      const run = await monitor.run({}, async ({ reportProcess }) => {
        await reportProcess(aProcess({ pid: 4711 }));
      });
      expect((await run.recorded).execution.process).toEqual(aProcess({ pid: 4711 }));
    });

    it('ignores reports after the end', async () => {
      let late: RunContext | undefined;
      const run = await monitor.run({ id: 'a1' }, (context) => {
        late = context;
      });
      const before = await run.recorded;
      await late?.progress('too late');
      await late?.log('too late');
      expect(await monitor.get('a1')).toEqual(before);
      expect(errors).toEqual([]);
    });
  });

  describe('cancelling', () => {
    it('asks a running function to stop, and says cancelled when it has', async () => {
      const gate = new Gate();
      let reason: unknown;
      const run = await monitor.run({ id: 'a1' }, async ({ signal }) => {
        signal.addEventListener('abort', () => void (reason = signal.reason));
        await gate.opened;
        signal.throwIfAborted();
      });
      await turn();
      clock.advance(1_000);
      expect(await monitor.cancel('a1', { reason: 'superseded', by: 'mira' })).toMatchObject({
        status: 'running',
        execution: {
          cancel: {
            reason: 'superseded',
            requestedBy: 'mira',
            acknowledgedAt: null,
            forced: false,
          },
        },
      });
      expect(reason).toBeInstanceOf(TaskAbortError);
      expect(reason).toMatchObject({
        name: 'AbortError',
        why: 'cancel',
        message: 'Task "a1" was told to stop: superseded',
      });
      clock.advance(500);
      gate.open();
      await expect(run.finished).rejects.toBe(reason);
      const requestedAt = Date.UTC(2026, 0, 1, 0, 0, 1);
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        error: null,
        execution: {
          cancel: {
            requestedAt,
            acknowledgedAt: requestedAt + 500,
            forced: false,
            reason: 'superseded',
          },
          endedBy: { cause: 'cancel' },
        },
      });
    });

    it('is heard by AbortErrors of other libraries, too', async () => {
      const run = await monitor.run({}, async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        throw new DOMException('This operation was aborted', 'AbortError');
      });
      await turn();
      await monitor.cancel(run.task.id);
      expect((await run.recorded).status).toBe('cancelled');
    });

    it('is completed where the function returns all the same', async () => {
      const gate = new Gate<string>();
      const run = await monitor.run({}, () => gate.opened);
      await turn();
      await monitor.cancel(run.task.id);
      gate.open('done before');
      expect(await run.finished).toBe('done before');
      expect(await run.recorded).toMatchObject({
        status: 'completed',
        result: 'done before',
        execution: { cancel: { acknowledgedAt: null }, endedBy: { cause: 'caller' } },
      });
    });

    it('is failed where the function throws another error', async () => {
      const gate = new Gate();
      const run = await monitor.run({}, () => gate.opened);
      await turn();
      await monitor.cancel(run.task.id);
      gate.fail(new Error('disk is full'));
      await expect(run.finished).rejects.toThrow('disk is full');
      expect(await run.recorded).toMatchObject({
        status: 'failed',
        error: { message: 'disk is full' },
      });
    });

    it('ends the task by force when the function does not stop, and notes what it came to', async () => {
      monitor = open({ cancelGraceMs: 10_000 });
      const gate = new Gate<number>();
      const run = await monitor.run({ id: 'a1' }, () => gate.opened);
      await turn();
      await monitor.cancel('a1', { reason: 'superseded' });
      await clock.advanceAsync(9_999);
      expect((await monitor.get('a1')).status).toBe('running');
      await clock.advanceAsync(1);
      await expect(run.finished).rejects.toMatchObject({ name: 'AbortError', why: 'cancel' });
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        execution: {
          cancel: { reason: 'superseded', forced: true, acknowledgedAt: null },
          lateOutcome: null,
        },
      });
      clock.advance(1_000);
      gate.open(42);
      await turn();
      expect(await monitor.get('a1')).toMatchObject({
        status: 'cancelled',
        result: null,
        execution: { lateOutcome: { status: 'completed', at: clock.now(), message: null } },
      });
    });

    it('notes a late failure, but not that the function stopped at last', async () => {
      const failing = new Gate();
      const stopping = new Gate();
      const runs = [
        await monitor.run({}, () => failing.opened),
        await monitor.run({}, async ({ signal }) => {
          await stopping.opened;
          signal.throwIfAborted();
        }),
      ];
      await turn();
      for (const { task } of runs) await monitor.cancel(task.id);
      await clock.advanceAsync(10_000);
      failing.fail(new Error('disk is full'));
      stopping.open();
      await turn();
      const [first, second] = await Promise.all(runs.map(({ task }) => monitor.get(task.id)));
      expect(first?.execution.lateOutcome).toMatchObject({
        status: 'failed',
        message: 'disk is full',
      });
      expect(second?.execution.lateOutcome).toBeNull();
    });

    it('counts once, however often it is asked for', async () => {
      const aborts: unknown[] = [];
      const gate = new Gate();
      const run = await monitor.run({ id: 'a1' }, async ({ signal }) => {
        signal.addEventListener('abort', () => aborts.push(signal.reason));
        await gate.opened;
        signal.throwIfAborted();
      });
      await turn();
      await Promise.all(
        ['first', 'second', 'third'].map((reason) => monitor.cancel('a1', { reason })),
      );
      gate.open();
      expect((await run.recorded).execution.cancel?.reason).toBe('first');
      expect(aborts).toHaveLength(1);
      expect(await monitor.cancel('a1')).toEqual(await run.recorded);
    });

    it('never calls a function that was cancelled in the moment before it began', async () => {
      for (let delay = 0; delay < 40; delay++) {
        let called = false;
        let sawAbort = false;
        const run = await monitor.run({}, ({ signal }) => {
          called = true;
          sawAbort = signal.aborted;
        });
        for (let tick = 0; tick < delay; tick++) await Promise.resolve();
        const cancelled = monitor.cancel(run.task.id).catch(() => {});
        const task = await run.recorded;
        await cancelled;
        if (task.status === 'cancelled') {
          expect(called).toBe(false);
          await expect(run.finished).rejects.toMatchObject({ name: 'AbortError', why: 'cancel' });
        } else {
          expect([task.status, called, sawAbort]).toEqual(['completed', true, false]);
        }
      }
      expect(errors).toEqual([]);
    });

    it('never calls a function whose task was cancelled while it was being started', async () => {
      store.set('transition', 'delay');
      let called = false;
      const run = await monitor.run({ id: 'a1' }, () => {
        called = true;
      });
      await turn();
      store.set('transition', 'ok');
      await monitor.cancel('a1', { reason: 'superseded' });
      store.release();
      await expect(run.finished).rejects.toMatchObject({ name: 'AbortError', why: 'cancel' });
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        execution: { cancel: { reason: 'superseded' } },
      });
      expect(called).toBe(false);
    });
  });

  it('gives the same signal to whoever asks late, and to a copy of what it gave', async () => {
    const gate = new Gate();
    let copy: RunContext | undefined;
    let signals: readonly AbortSignal[] = [];
    const run = await monitor.run({ id: 'late1' }, async (context) => {
      await gate.opened;
      copy = { ...context };
      signals = [context.signal, copy.signal, context.signal];
      signals[0]?.throwIfAborted();
    });
    await monitor.cancel('late1', { reason: 'enough' });
    gate.open();
    expect((await run.recorded).status).toBe('cancelled');
    expect(new Set(signals).size).toBe(1);
    expect(signals[0]?.reason).toMatchObject({ name: 'AbortError', why: 'cancel' });
    expect(Object.keys(copy ?? {})).toContain('signal');
  });

  describe('timeoutMs', () => {
    it('fails a task that did not finish in time', async () => {
      const run = await monitor.run({ timeoutMs: 2_000 }, untilAborted);
      await clock.advanceAsync(1_999);
      expect((await monitor.get(run.task.id)).status).toBe('running');
      await clock.advanceAsync(1);
      await expect(run.finished).rejects.toMatchObject({ name: 'TimeoutError', why: 'timeout' });
      expect(await run.recorded).toMatchObject({
        status: 'failed',
        error: {
          code: 'TIMEOUT',
          message: 'Did not finish within its time limit of 2000 ms',
          stack: null,
        },
        execution: { endedBy: { cause: 'timeout' }, cancel: null },
      });
    });

    it('fails one that does not stop either after the time to do so', async () => {
      monitor = open({ cancelGraceMs: 3_000 });
      const run = await monitor.run({ timeoutMs: 2_000 }, () => new Promise(() => {}));
      await clock.advanceAsync(4_999);
      expect((await monitor.get(run.task.id)).status).toBe('running');
      await clock.advanceAsync(1);
      expect((await run.recorded).error).toMatchObject({
        code: 'TIMEOUT',
        message: 'Did not finish within its time limit of 2000 ms, and did not stop when told to',
      });
    });

    it('is never early, also beyond what a timer of Node can wait', async () => {
      const thirtyDays = 30 * 86_400_000;
      const begun = new Gate();
      const run = await monitor.run({ timeoutMs: thirtyDays }, (context) => {
        begun.open();
        return untilAborted(context);
      });
      await begun.opened;
      // In one leap: hourly renewals of the lease for a month are not what this is about.
      clock.advance(thirtyDays - 1);
      await turn();
      expect((await monitor.get(run.task.id)).status).toBe('running');
      clock.advance(1);
      expect((await run.recorded).error?.code).toBe('TIMEOUT');
    });

    it('counts from the start, not while the task waits for a place', async () => {
      monitor = open({ concurrency: 1 });
      const gate = new Gate();
      await monitor.run({}, () => gate.opened);
      const run = await monitor.run({ timeoutMs: 1_000 }, untilAborted);
      await clock.advanceAsync(5_000);
      expect((await monitor.get(run.task.id)).status).toBe('pending');
      gate.open();
      await turn();
      await clock.advanceAsync(999);
      expect((await monitor.get(run.task.id)).status).toBe('running');
      await clock.advanceAsync(1);
      expect((await run.recorded).status).toBe('failed');
    });

    it('leaves no timer behind when the function was faster', async () => {
      // Longer than it looks at once for what others left behind, and than it goes on listening.
      await clock.advanceAsync(6_000);
      const before = clock.timers;
      const run = await monitor.run({ timeoutMs: 60_000 }, () => 1);
      await run.recorded;
      await clock.advanceAsync(6_000);
      // The lease is taken with the first run.
      expect(clock.timers).toBe(before + 1);
    });

    it.each([NaN, -1, 0, Infinity, '5'])('refuses %p', async (timeoutMs) => {
      await expect(monitor.run({ timeoutMs: timeoutMs as number }, () => 1)).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
      });
      expect(await monitor.count()).toBe(0);
    });
  });

  describe('heartbeatTimeoutMs', () => {
    it('fails a task that was silent for so long', async () => {
      const run = await monitor.run({ heartbeatTimeoutMs: 1_000 }, untilAborted);
      await clock.advanceAsync(999);
      expect((await monitor.get(run.task.id)).status).toBe('running');
      await clock.advanceAsync(1);
      expect(await run.recorded).toMatchObject({
        status: 'failed',
        error: {
          code: 'TIMEOUT',
          message: 'Was silent for 1000 ms, all that `heartbeatTimeoutMs` allows',
          stack: null,
        },
        execution: { endedBy: { cause: 'timeout' } },
      });
      await expect(run.finished).rejects.toMatchObject({ name: 'TimeoutError' });
    });

    it.each<[string, (context: RunContext) => unknown]>([
      ['progress', ({ progress }) => progress('on')],
      ['log', ({ log }) => log('line')],
      ['heartbeat', ({ heartbeat }) => heartbeat()],
    ])('hears %s', async (_, say) => {
      const gate = new Gate<RunContext>();
      const run = await monitor.run({ heartbeatTimeoutMs: 1_000 }, (context) => {
        gate.open(context);
        return untilAborted(context);
      });
      const context = await gate.opened;
      for (let count = 0; count < 5; count++) {
        await clock.advanceAsync(900);
        void say(context);
      }
      await clock.advanceAsync(999);
      expect((await monitor.get(run.task.id)).status).toBe('running');
      await clock.advanceAsync(1);
      expect((await run.recorded).error?.code).toBe('TIMEOUT');
      expect(clock.now() - Date.UTC(2026, 0, 1)).toBe(5_500);
    });

    it('does not take facts about the process for a sign of life', async () => {
      const run = await monitor.run({ heartbeatTimeoutMs: 1_000 }, async (context) => {
        clock.after(900, () => void context.reportProcess(aProcess()));
        return untilAborted(context);
      });
      await clock.advanceAsync(1_000);
      expect((await run.recorded).error?.code).toBe('TIMEOUT');
    });

    it('counts from the start, not while the task waits for a place', async () => {
      const single = open({ concurrency: 1, closeStore: false });
      const gate = new Gate();
      await single.run({}, () => gate.opened);
      const run = await single.run({ heartbeatTimeoutMs: 1_000 }, () => 'quick');
      await clock.advanceAsync(5_000);
      expect((await single.get(run.task.id)).status).toBe('pending');
      gate.open();
      expect(await run.finished).toBe('quick');
      await single.close();
    });

    it('leaves no timer behind when the function was faster', async () => {
      // Longer than it looks at once for what others left behind, and than it goes on listening.
      await clock.advanceAsync(6_000);
      const before = clock.timers;
      const run = await monitor.run({ heartbeatTimeoutMs: 60_000 }, ({ progress }) => progress(50));
      await run.recorded;
      await clock.advanceAsync(6_000);
      // The lease is taken with the first run.
      expect(clock.timers).toBe(before + 1);
    });

    it('gives time to stop, and then says that it did not', async () => {
      const run = await monitor.run(
        { heartbeatTimeoutMs: 1_000, timeoutMs: 60_000 },
        () => new Promise(() => {}),
      );
      await clock.advanceAsync(11_000);
      expect((await run.recorded).error?.message).toBe(
        'Was silent for 1000 ms, all that `heartbeatTimeoutMs` allows, and did not stop when told to',
      );
    });

    it.each([0, -1, NaN, Infinity, '5'])('refuses %j', async (heartbeatTimeoutMs) => {
      await expect(monitor.run({ heartbeatTimeoutMs } as never, () => 1)).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: expect.stringContaining(
          'Expected `heartbeatTimeoutMs` to be a positive',
        ) as string,
      });
    });
  });

  describe('signal', () => {
    it('cancels the task when it fires, with its reason', async () => {
      const controller = new AbortController();
      const run = await monitor.run({ signal: controller.signal }, untilAborted);
      await turn();
      controller.abort(new Error('the client went away'));
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        execution: { cancel: { reason: 'the client went away' } },
      });
      await expect(run.finished).rejects.toMatchObject({ why: 'cancel' });
    });

    it('never calls the function when it had fired already', async () => {
      let called = false;
      const run = await monitor.run({ signal: AbortSignal.abort('too late') }, () => {
        called = true;
      });
      await expect(run.finished).rejects.toMatchObject({ why: 'cancel' });
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        startedAt: null,
        execution: { cancel: { reason: 'too late', forced: false } },
      });
      expect(called).toBe(false);
    });

    it('may fire after the end, and with any reason', async () => {
      const controller = new AbortController();
      const run = await monitor.run({ signal: controller.signal }, () => 1);
      await run.recorded;
      await turn();
      controller.abort(Symbol('s'));
      await turn();
      expect((await monitor.get(run.task.id)).status).toBe('completed');
      const odd = new AbortController();
      const other = await monitor.run({ signal: odd.signal }, untilAborted);
      await turn();
      odd.abort({ toString: () => ({}) });
      expect((await other.recorded).status).toBe('cancelled');
      expect(errors).toEqual([]);
    });

    it('is listened to once, by however many runs, and by none when they are over', async () => {
      const { signal } = new AbortController();
      const gate = new Gate();
      const runs = await Promise.all(
        Array.from({ length: 100 }, () => monitor.run({ signal }, () => gate.opened)),
      );
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      gate.open();
      await Promise.all(runs.map(({ recorded }) => recorded));
      await turn();
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });

    it('is not held on to by 10,000 runs', async () => {
      const controller = new AbortController();
      const { signal } = controller;
      for (let batch = 0; batch < 10; batch++) {
        const runs = await Promise.all(
          Array.from({ length: 1_000 }, () => monitor.run({ signal }, () => 1)),
        );
        await Promise.all(runs.map(({ recorded }) => recorded));
      }
      await turn();
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      controller.abort();
      await turn();
      expect(await monitor.count('completed')).toBe(10_000);
      expect(errors).toEqual([]);
    });

    it('cancels every one of the runs that go by it', async () => {
      const controller = new AbortController();
      const runs = await Promise.all(
        Array.from({ length: 20 }, () => monitor.run({ signal: controller.signal }, untilAborted)),
      );
      await turn();
      controller.abort();
      const statuses = await Promise.all(runs.map(async ({ recorded }) => (await recorded).status));
      expect(new Set(statuses)).toEqual(new Set(['cancelled']));
    });

    it('is refused before anything is registered if it is none', async () => {
      await expect(monitor.run({ signal: {} as AbortSignal }, () => 1)).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: 'Expected `signal` to be an AbortSignal, got an object.',
      });
      expect(await monitor.count()).toBe(0);
    });
  });

  describe('trouble with the store', () => {
    it('gives the value at once although the end could not be stored, says so, and stores it later', async () => {
      const run = await monitor.run({ id: 'a1' }, async () => {
        store.set('transition', 'failBefore');
        return 'value';
      });
      expect(await run.finished).toBe('value');
      await clock.advanceAsync(60_000);
      expect(errors).toEqual([
        [
          expect.objectContaining({ code: 'STORE_UNAVAILABLE' }),
          'recording the end of task "a1", which is tried again',
        ],
      ]);
      store.set('transition', 'ok');
      await clock.advanceAsync(5_000);
      expect(await run.recorded).toMatchObject({ status: 'completed', result: 'value' });
    });

    it('starts a task when the store answers again, and once', async () => {
      for (const fault of ['failBefore', 'failAfter'] as const) {
        store.set('transition', fault);
        const run = await monitor.run({ id: `${fault}-1` }, () => 'value');
        await clock.advanceAsync(700);
        store.set('transition', 'ok');
        await clock.advanceAsync(800);
        expect(await run.finished).toBe('value');
        expect(await run.recorded).toMatchObject({ status: 'completed', version: 3 });
      }
      expect(errors).toEqual([]);
    });

    it('does not go on trying to start what is to stop', async () => {
      store.set('transition', 'failBefore');
      const controller = new AbortController();
      const run = await monitor.run({ id: 'a1', signal: controller.signal }, () => 'value');
      await clock.advanceAsync(100);
      controller.abort();
      await expect(run.finished).rejects.toMatchObject({ why: 'cancel' });
      store.set('transition', 'ok');
      await clock.advanceAsync(5_000);
      expect((await run.recorded).status).toBe('cancelled');
    });

    it('stores an end once whose answer was lost', async () => {
      const run = await monitor.run({ id: 'a1' }, () => {
        store.set('transition', 'failAfter');
        throw new Error('boom');
      });
      await expect(run.finished).rejects.toThrow('boom');
      const { version } = await monitor.get('a1');
      store.set('transition', 'ok');
      await clock.advanceAsync(100);
      expect(await run.recorded).toMatchObject({ status: 'failed', version });
    });

    it('rejects with what the function threw although that could not be stored', async () => {
      const error = new Error('boom');
      const run = await monitor.run({}, () => {
        store.set('transition', 'throwSync');
        throw error;
      });
      await expect(run.finished).rejects.toBe(error);
      expect(errors).toHaveLength(1);
      store.set('transition', 'ok');
      await clock.advanceAsync(100);
      expect(await run.recorded).toMatchObject({ status: 'failed', error: { message: 'boom' } });
    });

    it('gives the value after five seconds when the store does not answer at all', async () => {
      const run = await monitor.run({ id: 'a1' }, () => {
        store.set('transition', 'delay');
        return 'value';
      });
      let value: unknown;
      void run.finished.then((given) => (value = given));
      await clock.advanceAsync(4_999);
      expect(value).toBeUndefined();
      await clock.advanceAsync(1);
      expect(value).toBe('value');
      store.set('transition', 'ok');
      store.release();
      await clock.advanceAsync(5_000);
      expect((await run.recorded).status).toBe('completed');
    });

    it('gives up what could not be stored when the monitor is closed and its time is up', async () => {
      const closing = open({ closeStore: false });
      const run = await closing.run({ id: 'a1' }, async () => {
        store.set('transition', 'failBefore');
        return 'value';
      });
      expect(await run.finished).toBe('value');
      const closed = closing.close({ graceMs: 1_000 });
      await clock.advanceAsync(1_000);
      await closed;
      await expect(run.recorded).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(errors.map(([, where]) => where)).toEqual([
        'recording the end of task "a1", which is tried again',
        'recording the end of task "a1"',
      ]);
    });

    it('says so when a task could not be ended by force, or after it was told to stop', async () => {
      const deaf = await monitor.run({ id: 'a1' }, () => new Promise(() => {}));
      const good = await monitor.run({ id: 'a2' }, untilAborted);
      await turn();
      await monitor.cancel('a1');
      store.set('transition', 'failBefore');
      await monitor.cancel('a2');
      await clock.advanceAsync(10_000);
      for (const run of [deaf, good]) {
        await expect(run.finished).rejects.toMatchObject({ why: 'cancel' });
      }
      expect(errors.map(([, where]) => where).sort()).toEqual([
        'recording the end of task "a1", which is tried again',
        'recording the end of task "a2", which is tried again',
      ]);
      store.set('transition', 'ok');
      await clock.advanceAsync(5_000);
      expect((await deaf.recorded).execution.cancel).toMatchObject({ forced: true });
      expect((await good.recorded).execution.cancel).toMatchObject({ forced: false });
    });

    it('says so when a late outcome could not be noted, or a cancellation not recorded', async () => {
      const gate = new Gate();
      const late = await monitor.run({ id: 'a1' }, () => gate.opened);
      await turn();
      await monitor.cancel('a1');
      await clock.advanceAsync(10_000);
      await late.recorded;
      store.set('transition', 'failBefore');
      gate.open();
      await turn();
      store.set('transition', 'ok');
      store.set('requestCancel', 'failBefore');
      const controller = new AbortController();
      const run = await monitor.run({ id: 'a2', signal: controller.signal }, untilAborted);
      await turn();
      controller.abort();
      expect((await run.recorded).status).toBe('cancelled');
      await turn();
      expect(errors.map(([, where]) => where)).toEqual([
        'noting the late outcome of task "a1", which is tried again',
        'recording that task "a2" shall be cancelled',
      ]);
    });

    it.each(['failBefore', 'failAfter'] as const)(
      'registers a task when the store answers again (%s), and once',
      async (fault) => {
        for (const options of [{}, { id: 'a1' }, { idempotencyKey: 'k1' }]) {
          store.set('create', fault);
          const entered = monitor.run(options, () => 'value');
          await clock.advanceAsync(700);
          store.set('create', 'ok');
          await clock.advanceAsync(800);
          const run = await entered;
          expect(await run.finished).toBe('value');
          expect(await run.recorded).toMatchObject({ status: 'completed', version: 3 });
        }
        expect(await monitor.count()).toBe(3);
        expect(errors).toEqual([]);
      },
    );

    it('runs nothing that could not be registered for three seconds', async () => {
      store.set('create', 'failBefore');
      let called = false;
      const refused = rejection(monitor.run({}, () => (called = true)));
      await clock.advanceAsync(3_099);
      expect(store.calls('create')).toBe(5);
      await clock.advanceAsync(1);
      expect(await refused).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      store.set('create', 'ok');
      await clock.advanceAsync(60_000);
      expect([store.calls('create'), await monitor.count(), called]).toEqual([6, 0, false]);
      expect(errors).toEqual([]);
    });

    it.each([{}, { id: 'a1' }, { idempotencyKey: 'k1' }, { id: 'a1', idempotencyKey: 'k1' }])(
      'ends the task of a run that was given up, which the store had made nevertheless: %j',
      async (options) => {
        store.set('create', 'failAfter');
        store.set('transition', 'failBefore');
        let called = false;
        const refused = rejection(monitor.run(options, () => (called = true)));
        await clock.advanceAsync(3_100);
        expect(await refused).toMatchObject({ code: 'STORE_UNAVAILABLE' });
        expect((await monitor.list()).tasks).toMatchObject([{ status: 'pending' }]);
        store.set('transition', 'ok');
        await clock.advanceAsync(10_000);
        expect((await monitor.list()).tasks).toMatchObject([
          {
            status: 'failed',
            error: {
              code: 'ERROR',
              message: expect.stringContaining('nor its function called') as string,
            },
          },
        ]);
        expect(called).toBe(false);
      },
    );

    it('ends no task but its own when a run was given up', async () => {
      const gate = new Gate();
      await monitor.register({ id: 'by-hand-1' });
      const waiting = open({ concurrency: 1, closeStore: false });
      const first = await waiting.run({}, () => gate.opened);
      const second = await waiting.run({ id: 'a1' }, () => 'second');
      store.set('create', 'failBefore');
      const refused = ['by-hand-1', 'a1'].map((id) => rejection(waiting.run({ id }, () => 1)));
      await clock.advanceAsync(3_100);
      expect(await Promise.all(refused)).toMatchObject([
        { code: 'STORE_UNAVAILABLE' },
        { code: 'STORE_UNAVAILABLE' },
      ]);
      await clock.advanceAsync(10_000);
      expect((await monitor.get('by-hand-1')).status).toBe('pending');
      expect((await monitor.get('a1')).status).toBe('pending');
      gate.open();
      await first.recorded;
      expect(await second.finished).toBe('second');
      await waiting.close();
    });

    it('does not go on trying to register, or to end, when the monitor is closed', async () => {
      const closing = open({ closeStore: false });
      store.set('create', 'failAfter');
      store.set('transition', 'failBefore');
      const refused = rejection(closing.run({ id: 'a1' }, () => 1));
      await clock.advanceAsync(100);
      const calls = store.calls('create');
      await closing.close();
      expect(await refused).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(store.calls('create')).toBe(calls);
      expect((await monitor.get('a1')).error?.code).toBe('SHUTDOWN');
      await clock.advanceAsync(60_000);
      expect(errors.map(([, where]) => where)).toEqual([
        'ending task "a1", whose run was given up, which is tried again',
        'ending task "a1", whose run was given up',
      ]);
    });

    it.each(['failBefore', 'failAfter'] as const)(
      'runs nothing that could not be started (%s), and leaves no task behind that never ends',
      async (fault) => {
        store.set('transition', fault);
        let called = false;
        const run = await monitor.run({ id: 'a1' }, () => (called = true));
        await clock.advanceAsync(3_200);
        await expect(run.finished).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        store.set('transition', 'ok');
        await clock.advanceAsync(5_000);
        expect(await run.recorded).toMatchObject({
          status: 'failed',
          error: {
            code: 'ERROR',
            message: expect.stringContaining(
              'It was not started, nor its function called',
            ) as string,
          },
        });
        expect(called).toBe(false);
      },
    );

    it('is not disturbed by an onError that throws, or rejects', async () => {
      for (const onError of [
        () => {
          throw new Error('the logger is broken');
        },
        () => Promise.reject(new Error('the logger is broken')),
      ]) {
        // eslint-disable-next-line @typescript-eslint/no-misused-promises -- that is the mistake
        monitor = open({ onError });
        store.set('progress', 'failBefore');
        const run = await monitor.run({}, async ({ progress }) => {
          await progress(1);
          return 'done';
        });
        expect(await run.finished).toBe('done');
        await turn();
      }
    });

    it('drives the task that its own creation made, when the store had to be asked twice', async () => {
      const inner = new MemoryStore({ clock });
      class RetryingStore extends FaultStore {
        override async create(...args: Parameters<MemoryStore['create']>) {
          this.set('create', 'failAfter');
          await super.create(...args).catch(() => {});
          this.set('create', 'ok');
          return super.create(...args);
        }
      }
      const retrying = open({ store: new RetryingStore(inner) });
      for (const options of [{}, { id: 'a1' }, { idempotencyKey: 'k1' }]) {
        const run = await retrying.run(options, () => 'done');
        expect(await run.finished).toBe('done');
        expect((await run.recorded).status).toBe('completed');
      }
      await retrying.close();
    });
  });

  describe('options', () => {
    it('refuses what is no function', async () => {
      await expect(monitor.run({}, 'work' as unknown as () => void)).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: 'Expected `work` to be a function, got "work" (string).',
      });
    });

    it('suggests the nearest name for one that it does not know', async () => {
      await expect(monitor.run({ timeout: 5 } as object, () => 1)).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: 'run has no option `timeout`. Did you mean `timeoutMs`?',
      });
    });
  });
});

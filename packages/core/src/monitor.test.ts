import { setImmediate as turn } from 'node:timers/promises';
import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import type { TaskMonitorOptions } from './monitor-options.js';
import type { Task } from './task.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

const T0 = Date.UTC(2026, 0, 1);

describe('TaskMonitor', () => {
  let clock: FakeClock;
  let monitor: TaskMonitor;
  beforeEach(() => {
    clock = new FakeClock(T0);
    monitor = new TaskMonitor({ clock });
  });
  afterEach(async () => {
    await monitor.close();
  });
  const finish = async (id: string): Promise<Task> => {
    await monitor.register({ id });
    await monitor.start(id);
    return monitor.complete(id);
  };

  it('does not find a task without an id, whether there are others or not', async () => {
    const missing = undefined as unknown as string;
    const asked = () => [
      monitor.start(missing),
      monitor.progress(missing, 1),
      monitor.complete(missing),
      monitor.remove(missing),
    ];
    const expectNone = async (): Promise<void> => {
      for (const answer of asked())
        await expect(answer).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    };
    await expectNone();
    const { id } = await finish('task-1');
    await expectNone();
    await monitor.remove(id);
    await expectNone();
  });

  describe('options', () => {
    it('needs none', async () => {
      const plain = new TaskMonitor();
      expect(await plain.stats()).toMatchObject({ totalTasks: 0 });
      await plain.close();
    });

    it.each<[unknown, string]>([
      [{ concurrency: '2' }, 'Expected `concurrency` to be a positive integer, got "2" (string).'],
      [{ concurrency: 0 }, 'Expected `concurrency` to be a positive integer, got 0 (number).'],
      [
        { cancelGraceMs: -1 },
        'Expected `cancelGraceMs` to be a positive number of milliseconds, got -1 (number).',
      ],
      [
        { captureStacks: 'yes' },
        'Expected `captureStacks` to be true or false, got "yes" (string).',
      ],
      [{ onError: console }, 'Expected `onError` to be a function, got an object.'],
      [{ closeStore: 1 }, 'Expected `closeStore` to be true or false, got 1 (number).'],
      [{ stores: {} }, 'TaskMonitor has no option `stores`. Did you mean `store`?'],
      [null, 'Expected the options of TaskMonitor to be an object, got null.'],
    ])('refuses %p', (options, message) => {
      expect(() => new TaskMonitor(options as TaskMonitorOptions)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTIONS', message }),
      );
    });

    it('keeps stacks unless NODE_ENV is production', async () => {
      const before = process.env['NODE_ENV'];
      try {
        for (const [environment, kept] of [
          ['production', false],
          ['test', true],
        ] as const) {
          process.env['NODE_ENV'] = environment;
          const other = new TaskMonitor({ clock });
          const { id } = await other.register();
          const { error } = await other.fail(id, new Error('boom'));
          expect(error?.stack !== null).toBe(kept);
          await other.close();
        }
      } finally {
        process.env['NODE_ENV'] = before;
      }
    });

    it('shares nothing with other monitors', async () => {
      const other = new TaskMonitor({ clock });
      await monitor.register({ id: 'a1' });
      await expect(other.get('a1')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      expect(other.id).not.toBe(monitor.id);
      await other.close();
    });
  });

  describe('the life of a task', () => {
    it('is told in full', async () => {
      const registered = await monitor.register({
        type: 'ingest',
        name: 'Ingest two videos',
        command: ['python', '-m', 'worker'],
        metadata: { videos: ['v1', 'v2'] },
        tags: ['video'],
      });
      expect(registered).toMatchObject({
        number: 1,
        version: 1,
        status: 'pending',
        createdAt: T0,
        startedAt: null,
      });
      expect(registered.metadata.videos).toEqual(['v1', 'v2']);
      clock.advance(1_000);
      expect(await monitor.start(registered.id)).toMatchObject({
        status: 'running',
        startedAt: T0 + 1_000,
        execution: { owner: { pid: process.pid }, driver: 'caller' },
      });
      clock.advance(1_000);
      await monitor.progress(registered.id, {
        message: 'embedding',
        current: 12,
        total: 80,
        unit: 'segments',
      });
      clock.advance(1_000);
      expect(
        await monitor.complete(registered.id, {
          progress: 'Task completed successfully',
          result: { segments: 80 },
        }),
      ).toMatchObject({
        version: 4,
        status: 'completed',
        completedAt: T0 + 3_000,
        result: { segments: 80 },
        progress: {
          message: 'Task completed successfully',
          current: 12,
          total: 80,
          unit: 'segments',
          percent: 15,
          updatedAt: T0 + 3_000,
        },
        error: null,
        execution: { endedBy: { cause: 'caller', monitor: monitor.id } },
      });
    });

    it('never goes back in time with the wall clock', async () => {
      const { id } = await monitor.register();
      clock.jumpWall(-3_600_000);
      expect((await monitor.start(id)).startedAt).toBe(T0);
      clock.jumpWall(-3_600_000);
      expect((await monitor.complete(id)).completedAt).toBe(T0);
    });

    it('still runs after a result that cannot be kept', async () => {
      const { id } = await monitor.register();
      await monitor.start(id);
      await expect(monitor.complete(id, { result: 'x'.repeat(70_000) })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
      await expect(monitor.complete(id, { progress: 101 })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
      expect((await monitor.get(id)).status).toBe('running');
      expect((await monitor.complete(id, { result: null })).result).toBeNull();
    });

    it('is not changed through what was given in or out', async () => {
      const metadata = { videos: ['v1'] };
      const task = await monitor.register({ id: 'a1', metadata });
      metadata.videos.push('v2');
      expect(() => task.metadata.videos.push('v3')).toThrow(TypeError);
      expect(() => Object.assign(task, { status: 'completed' })).toThrow(TypeError);
      expect((await monitor.get('a1')).metadata).toEqual({ videos: ['v1'] });
    });

    it('takes ids and keys that mean something to JavaScript for ids and keys', async () => {
      await expect(monitor.get('__proto__')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      await expect(monitor.get('constructor')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      const task = await monitor.register({
        type: '__proto__',
        tags: ['constructor', 'toString'],
        metadata: JSON.parse('{"__proto__":{"admin":true}}') as object,
      });
      expect((await monitor.list({ type: '__proto__' })).tasks).toEqual([task]);
      expect(await monitor.count({ tag: 'toString' })).toBe(1);
      expect(await monitor.count({ tag: 'valueOf' })).toBe(0);
      expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    });

    it('is found again by its idempotencyKey, also by 50 callers at once', async () => {
      const tasks = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          monitor.register({ name: `caller ${index}`, idempotencyKey: 'upload-7' }),
        ),
      );
      expect(new Set(tasks.map(({ id }) => id)).size).toBe(1);
      expect(await monitor.count()).toBe(1);
      await monitor.cancel(tasks[0]?.id as string);
      await monitor.remove(tasks[0]?.id as string);
      const next = await monitor.register({ idempotencyKey: 'upload-7' });
      expect(next.id).not.toBe(tasks[0]?.id);
    });

    it('cannot have the id of another task', async () => {
      await finish('a1');
      await expect(monitor.register({ id: 'a1' })).rejects.toMatchObject({
        code: 'TASK_EXISTS',
        message:
          'Cannot register task "a1": a task with this id is kept already, completed. Leave `id` out, or use `idempotencyKey` to get that task.',
        details: { id: 'a1', status: 'completed' },
      });
    });

    it('has output that can be read on from any line', async () => {
      await monitor.register({ id: 'a1' });
      await monitor.log('a1', ['one', 'two']);
      await monitor.log('a1', { text: 'three', stream: 'stderr' });
      expect((await monitor.output('a1')).lastNumber).toBe(3);
      expect((await monitor.output('a1', { after: 2 })).lines).toEqual([
        { number: 3, text: 'three', stream: 'stderr', at: T0 },
      ]);
      await expect(monitor.output('nobody-1')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      await expect(monitor.output('a1', { after: '2' as unknown as number })).rejects.toMatchObject(
        {
          code: 'INVALID_OPTIONS',
          message: 'Expected `after` to be an integer from 0, got "2" (string).',
        },
      );
    });

    it('writes nothing where there are no lines', async () => {
      const { version } = await monitor.register({ id: 'a1' });
      expect((await monitor.log('a1', [])).version).toBe(version);
      await expect(monitor.log('nobody-1', [])).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    });

    it('takes hundreds of thousands of lines at once', async () => {
      await monitor.register({ id: 'a1' });
      await monitor.log('a1', new Array<string>(300_000).fill('line'));
      expect((await monitor.output('a1')).lines).toHaveLength(200);
    });
  });

  describe('list', () => {
    beforeEach(async () => {
      for (let number = 1; number <= 25; number++) {
        await monitor.register({ id: `a${number}`, type: number % 2 === 0 ? 'even' : 'odd' });
      }
      for (let number = 1; number <= 10; number++) await monitor.start(`a${number}`);
    });

    it('gives every task once, page by page, whatever comes and goes meanwhile', async () => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<TaskMonitor['list']>> = await monitor.list({
          limit: 4,
          cursor,
        });
        seen.push(...page.tasks.map(({ id }) => id));
        cursor = page.nextCursor;
        await monitor.register();
        const last = page.tasks.at(-1) as Task;
        if (last.status === 'running') {
          await monitor.complete(last.id);
          await monitor.remove(last.id);
        }
      } while (cursor !== null);
      expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `a${25 - index}`));
    });

    it('says how many match, before the limit', async () => {
      expect(await monitor.list({ type: 'even', limit: 3 })).toMatchObject({
        total: 12,
        nextCursor: '20',
      });
      expect(await monitor.list({ type: 'even', limit: 12 })).toMatchObject({
        total: 12,
        nextCursor: null,
      });
      expect(await monitor.list({ type: 'nothing' })).toEqual({
        tasks: [],
        total: 0,
        nextCursor: null,
      });
    });

    it('is oldest first for running and pending tasks, newest first for all', async () => {
      const first = async (status?: Task['status']): Promise<string | undefined> =>
        (await monitor.list(status === undefined ? {} : { status })).tasks[0]?.id;
      expect(await first('running')).toBe('a1');
      expect(await first('pending')).toBe('a11');
      expect(await first()).toBe('a25');
    });
  });

  describe('count and stats', () => {
    beforeEach(async () => {
      await finish('a1');
      await monitor.register({ id: 'a2', type: 'ingest' });
      await monitor.register({ id: 'a3', type: 'ingest' });
      await monitor.fail('a3', 'boom');
    });

    it('counts a status, a filter, or all', async () => {
      expect(await monitor.count()).toBe(3);
      expect(await monitor.count('completed')).toBe(1);
      expect(await monitor.count({ type: 'ingest' })).toBe(2);
      expect(await monitor.count({ type: 'ingest', statuses: ['failed', 'running'] })).toBe(1);
      expect(await monitor.stats()).toEqual({
        totalTasks: 3,
        pendingTasks: 1,
        runningTasks: 0,
        completedTasks: 1,
        failedTasks: 1,
        cancelledTasks: 0,
        successRate: 50,
      });
      expect(await monitor.stats({ type: 'ingest' })).toMatchObject({
        totalTasks: 2,
        successRate: 0,
      });
    });

    it.each<[unknown, string]>([
      [
        'done',
        'Expected `status` to be one of pending, running, completed, failed, cancelled, got "done" (string).',
      ],
      [
        { statuses: 'failed' },
        'Expected `statuses` to be an array of pending, running, completed, failed, cancelled, got "failed" (string).',
      ],
      [
        { statuses: ['constructor'] },
        'Expected `statuses` to be an array of pending, running, completed, failed, cancelled, got an array.',
      ],
      [{ type: 5 }, 'Expected `type` to be a string, got 5 (number).'],
      [{ status: 'failed' }, 'count has no option `status`. Did you mean `statuses`?'],
      [null, 'Expected the options of count to be an object, got null.'],
    ])('refuses %p', async (which, message) => {
      await expect(monitor.count(which as 'failed')).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message,
      });
      if (typeof which !== 'string') {
        await expect(monitor.stats(which as object)).rejects.toMatchObject({
          code: 'INVALID_OPTIONS',
        });
      }
    });
  });

  describe('waitFor', () => {
    it('resolves with the finished task, also when it was finished before', async () => {
      await monitor.register({ id: 'a1' });
      const waiting = monitor.waitFor('a1');
      await monitor.start('a1');
      await monitor.progress('a1', 50);
      const task = await monitor.complete('a1', { result: 1 });
      expect(await waiting).toEqual(task);
      expect(await monitor.waitFor('a1')).toEqual(task);
    });

    it('rejects with the reason of the signal', async () => {
      await monitor.register({ id: 'a1' });
      const controller = new AbortController();
      const reason = new Error('the client went away');
      const waiting = monitor.waitFor('a1', { signal: controller.signal });
      await turn();
      controller.abort(reason);
      await expect(waiting).rejects.toBe(reason);
      await expect(monitor.waitFor('a1', { signal: AbortSignal.abort(reason) })).rejects.toBe(
        reason,
      );
      await expect(monitor.waitFor('a1', { signal: AbortSignal.timeout(1) })).rejects.toMatchObject(
        {
          name: 'TimeoutError',
        },
      );
    });

    it('rejects when there is no such task, or it is gone', async () => {
      await expect(monitor.waitFor('nobody-1')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      const store = new FaultStore(new MemoryStore({ changes: 1 }));
      const small = new TaskMonitor({ store, clock });
      await small.register({ id: 'a1' });
      const waiting = small.waitFor('a1');
      await turn();
      store.set('changesAfter', 'delay');
      await small.log('a1', 'line');
      await turn();
      await small.cancel('a1');
      await small.remove('a1');
      store.set('changesAfter', 'ok');
      store.release();
      await expect(waiting).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      await small.close();
    });

    it('rejects when the monitor is closed before', async () => {
      await monitor.register({ id: 'a1' });
      const waiting = expect(monitor.waitFor('a1')).rejects.toMatchObject({
        code: 'MONITOR_CLOSED',
      });
      await turn();
      await monitor.close();
      await waiting;
      await expect(monitor.waitFor('a1')).rejects.toMatchObject({ code: 'MONITOR_CLOSED' });
    });

    it('is fine with thousands that wait for the same task', async () => {
      await monitor.register({ id: 'a1' });
      const { signal } = new AbortController();
      const waiting = Promise.all(
        Array.from({ length: 2_000 }, () => monitor.waitFor('a1', { signal })),
      );
      await turn();
      const task = await monitor.cancel('a1');
      expect(new Set(await waiting)).toEqual(new Set([task]));
    });

    it('refuses options that it does not know', async () => {
      await expect(monitor.waitFor('a1', { taskId: 'a2' } as object)).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
      });
    });
  });

  describe('when something is wrong elsewhere', () => {
    it('warns of it where nobody asked to be told', async () => {
      const emitWarning = process.emitWarning.bind(process);
      const warnings: unknown[][] = [];
      process.emitWarning = (...args: unknown[]) => void warnings.push(args);
      try {
        const store = new FaultStore(new MemoryStore({ clock }));
        store.set('prune', 'failBefore');
        const other = new TaskMonitor({ store, clock });
        await clock.advanceAsync(60_000);
        expect(warnings).toEqual([
          [
            'While removing old tasks: The store did not answer prune (failBefore).',
            'TaskMonitorWarning',
          ],
        ]);
        await other.close();
      } finally {
        process.emitWarning = emitWarning;
      }
    });

    it('passes on what the store says, and changes nothing', async () => {
      const store = new FaultStore(new MemoryStore({ clock }));
      const other = new TaskMonitor({ store, clock });
      await other.register({ id: 'a1' });
      await other.start('a1');
      const before = await other.get('a1');
      for (const method of [
        'transition',
        'progress',
        'appendOutput',
        'get',
        'requestCancel',
        'remove',
      ] as const) {
        store.set(method, 'failBefore');
      }
      for (const call of [
        () => other.progress('a1', 1),
        () => other.log('a1', 'line'),
        () => other.complete('a1'),
        () => other.fail('a1', 'boom'),
        () => other.cancel('a1'),
        () => other.remove('a1'),
        () => other.get('a1'),
      ]) {
        await expect(call()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      }
      for (const method of ['transition', 'get'] as const) store.set(method, 'ok');
      expect(await other.get('a1')).toEqual(before);
      await other.close();
    });

    it('may be asked again for what it did although the answer was lost', async () => {
      const store = new FaultStore(new MemoryStore({ clock }));
      const other = new TaskMonitor({ store, clock });
      for (const [id, call] of [
        ['a1', () => other.complete('a1', { result: 1 })],
        ['a2', () => other.fail('a2', 'boom')],
        ['a3', () => other.cancel('a3')],
      ] as const) {
        await other.register({ id });
        await other.start(id);
        store.set('transition', 'failAfter');
        await expect(call()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        store.set('transition', 'ok');
        const task = await other.get(id);
        expect(task.completedAt).not.toBeNull();
        expect(await call()).toEqual(task);
      }
      await other.close();
    });

    describe('whose answer to a call was lost', () => {
      let store: FaultStore;
      let other: TaskMonitor;
      const lose = async (
        method: 'create' | 'transition',
        call: () => Promise<unknown>,
        fault: 'failBefore' | 'failAfter' = 'failAfter',
      ): Promise<void> => {
        store.set(method, fault);
        await expect(call()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        store.set(method, 'ok');
      };
      beforeEach(() => {
        store = new FaultStore(new MemoryStore({ clock }));
        other = new TaskMonitor({ store, clock });
      });
      afterEach(() => other.close());

      it.each(['failBefore', 'failAfter'] as const)(
        'may be asked again to start a task (%s), which is started once',
        async (fault) => {
          await other.register({ id: 'a1' });
          await lose('transition', () => other.start('a1'), fault);
          await lose('transition', () => other.start('a1'), fault);
          expect(await other.start('a1')).toMatchObject({ status: 'running', version: 2 });
          await expect(other.start('a1')).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
        },
      );

      it('answers a repeated start with the task as it stands', async () => {
        await other.register({ id: 'a1' });
        await lose('transition', () => other.start('a1'));
        await other.cancel('a1');
        expect(await other.start('a1')).toMatchObject({ status: 'cancelled' });
      });

      it('refuses the start of another monitor, and one of two that come at once', async () => {
        await other.register({ id: 'a1' });
        await lose('transition', () => other.start('a1'));
        const third = new TaskMonitor({ store, clock, closeStore: false });
        await expect(third.start('a1')).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
        await third.close();
        const [first, second] = await Promise.allSettled([other.start('a1'), other.start('a1')]);
        expect(first).toMatchObject({ value: { status: 'running' } });
        expect(second).toMatchObject({ reason: { code: 'INVALID_TRANSITION' } });
      });

      it.each(['failBefore', 'failAfter'] as const)(
        'may be asked again to register a task with an id of its own (%s), which is made once',
        async (fault) => {
          const register = (): Promise<unknown> =>
            other.register({ id: 'a1', metadata: { videos: ['dQw4w9WgXcQ'] } });
          await lose('create', register, fault);
          await lose('create', register, fault);
          expect(await register()).toMatchObject({ id: 'a1', status: 'pending', version: 1 });
          await expect(register()).rejects.toMatchObject({ code: 'TASK_EXISTS' });
        },
      );

      it.each([
        { id: 'a1', type: 'export' },
        { id: 'a1', metadata: { videos: ['another'] } },
      ])('does not take another task of that id for the same: %j', async (another) => {
        const first = { id: 'a1', type: 'ingest', metadata: { videos: ['dQw4w9WgXcQ'] } };
        await lose('create', () => other.register(first));
        await expect(other.register({ ...first, ...another })).rejects.toMatchObject({
          code: 'TASK_EXISTS',
        });
      });
    });

    it('ends 2,000 tasks right on a store that fails one call in ten, whoever repeats what failed', async () => {
      const inner = new MemoryStore({ clock });
      const store = new FaultStore(inner);
      const other = new TaskMonitor({ store, clock, onError: () => {} });
      store.setRandom({ rate: 0.1, seed: 7 });
      const repeat = async (call: () => Promise<unknown>): Promise<void> => {
        for (;;) {
          try {
            await call();
            return;
          } catch (error) {
            if ((error as { code?: unknown }).code !== 'STORE_UNAVAILABLE') throw error;
          }
        }
      };
      await Promise.all(
        Array.from({ length: 2_000 }, async (_, index) => {
          const id = `a${index}`;
          await repeat(() => other.register({ id }));
          await repeat(() => other.start(id));
          await repeat(() => other.progress(id, { current: index, total: 2_000 }));
          if (index % 3 === 0) await repeat(() => other.fail(id, 'boom'));
          else if (index % 3 === 1) await repeat(() => other.cancel(id));
          else await repeat(() => other.complete(id, { result: index }));
        }),
      );
      store.setRandom(null);
      expect(await inner.counts({})).toEqual({
        pending: 0,
        running: 0,
        completed: 666,
        failed: 667,
        cancelled: 667,
      });
      await other.close();
    });
  });
});

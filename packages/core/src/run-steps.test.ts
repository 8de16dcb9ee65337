import { currentTask } from './current-task.js';
import { TaskMonitor } from './monitor.js';
import type { RunContext } from './run-context.js';
import type { Task } from './task.js';
import { FakeClock } from './testing/fake-clock.js';

describe('the steps of a run', () => {
  let clock: FakeClock;
  let monitor: TaskMonitor;
  let errors: unknown[];
  beforeEach(() => {
    clock = new FakeClock();
    errors = [];
    monitor = new TaskMonitor({ clock, onError: (error) => errors.push(error) });
  });
  afterEach(async () => {
    await monitor.close();
    expect(errors).toEqual([]);
  });

  const percent = async (id: string): Promise<number | null | undefined> =>
    (await monitor.get(id)).progress?.percent;

  /** What each step of the task came to, as `name status percent`. */
  const stepsOf = ({ progress }: Task): readonly string[] =>
    (progress?.steps ?? []).map(({ name, status, percent: share }) =>
      [name, status, share].filter((part) => part !== null).join(' '),
    );

  it('make the percentage of the task by their weights', async () => {
    const seen: unknown[] = [];
    const run = await monitor.run(
      { id: 'ingest-1', steps: { download: 1, transcribe: 6, embed: 3 } },
      async ({ step }) => {
        seen.push(await percent('ingest-1'));
        await step('download', async ({ progress }) => {
          await progress(50);
          seen.push(await percent('ingest-1'));
        });
        seen.push(await percent('ingest-1'));
        await step('transcribe', async ({ progress }) => {
          seen.push(await percent('ingest-1'));
          await progress({ current: 30, total: 60, unit: 's' });
          seen.push(await percent('ingest-1'));
        });
        const chunks = await step('embed', () => 12);
        seen.push(await percent('ingest-1'));
        return chunks;
      },
    );
    expect(await run.finished).toBe(12);
    expect(seen).toEqual([undefined, 5, 10, 10, 40, 99.99].map((value) => value ?? null));
    const task = await run.recorded;
    expect(task.progress?.percent).toBe(100);
    expect(stepsOf(task)).toEqual([
      'download completed 50',
      'transcribe completed 50',
      'embed completed',
    ]);
  });

  it('are shown from the start as planned, with the weights of the plan', async () => {
    const run = await monitor.run({ steps: { download: 1, embed: 3 } }, async ({ task, step }) => {
      const before = stepsOf(await monitor.get(task.id));
      await step('embed', { weight: 5 }, () => {});
      return before;
    });
    expect(await run.finished).toEqual(['download pending', 'embed pending']);
    expect((await run.recorded).progress?.steps).toMatchObject([
      { name: 'download', weight: 1, status: 'pending' },
      { name: 'embed', weight: 5, status: 'completed' },
    ]);
  });

  it('say in one line which one runs, and how far it is', async () => {
    const { describeProgress } = await import('./progress.js');
    const lines: unknown[] = [];
    const run = await monitor.run({}, async ({ task, step, progress }) => {
      const look = async (): Promise<unknown> =>
        lines.push(describeProgress((await monitor.get(task.id)).progress));
      await progress('preparing');
      await step('embed', async (embed) => {
        await look();
        await embed.progress({ current: 12, total: 80, unit: 'segments' });
        await look();
        await embed.progress('the last ones');
        await look();
        await progress('from outside');
        await look();
      });
    });
    await run.finished;
    expect(lines).toEqual([
      'embed',
      'embed: 12/80 segments (15%)',
      'embed: the last ones',
      'from outside',
    ]);
  });

  it('that nobody planned make a percentage only while one of them goes on', async () => {
    const seen: unknown[] = [];
    const run = await monitor.run({ id: 'ingest-2' }, async ({ step }) => {
      for (const [name, weight] of [
        ['a', 1],
        ['b', 3],
        ['c', 4],
      ] as const) {
        await step(name, { weight }, async () => seen.push(await percent('ingest-2')));
        seen.push(await percent('ingest-2'));
      }
    });
    expect((await run.recorded).progress?.percent).toBe(100);
    expect(seen).toEqual([null, null, 25, 25, 50, 50]);
  });

  it('that nobody waited for are cancelled with the end of the task, and say nothing after it', async () => {
    let late!: () => void;
    const run = await monitor.run({}, async ({ step, log }) => {
      void step('upload', async ({ progress }) => {
        await new Promise<void>((resolve) => (late = resolve));
        await progress(50);
        await log('a line that comes late');
      });
      await step('embed', () => {});
    });
    const task = await run.recorded;
    expect(stepsOf(task)).toEqual(['upload cancelled', 'embed completed']);
    late();
    await monitor.close();
    await clock.advanceAsync(0);
    expect(errors).toEqual([]);
  });

  it('are told when they began and ended', async () => {
    const start = clock.now();
    const run = await monitor.run({}, async ({ step }) => {
      clock.advance(1_000);
      await step('embed', () => clock.advance(2_000));
    });
    expect((await run.recorded).progress?.steps).toMatchObject([
      { startedAt: start + 1_000, completedAt: start + 3_000 },
    ]);
  });

  it('fail with the function, or without it when it goes on', async () => {
    const run = await monitor.run({}, async ({ step }) => {
      await step('cache', () => Promise.reject(new Error('No cache.'))).catch(() => {});
      await step('embed', () => {
        throw new Error('No model.');
      });
    });
    await expect(run.finished).rejects.toThrow('No model.');
    const task = await run.recorded;
    expect(stepsOf(task)).toEqual(['cache failed', 'embed failed']);
    expect(task.progress?.percent).toBe(50);
  });

  it('leave the percentage where it was when the task ends with one of them', async () => {
    const steps = { download: 1, transcribe: 6, embed: 3 };
    const transcribe = (end: (context: RunContext) => unknown) =>
      monitor.run({ steps }, async ({ step }) => {
        await step('download', () => {});
        await step('transcribe', async (context) => {
          await context.progress(50);
          clock.advance(1_000);
          await end(context);
        });
      });
    const failing = await transcribe(() => Promise.reject(new Error('No model.')));
    await expect(failing.finished).rejects.toThrow('No model.');
    const cancelled = await transcribe(async ({ task, signal }) => {
      await monitor.cancel(task.id);
      signal.throwIfAborted();
    });
    await expect(cancelled.finished).rejects.toThrow('was told to stop');
    for (const [run, status] of [
      [failing, 'failed'],
      [cancelled, 'cancelled'],
    ] as const)
      expect(await run.recorded).toMatchObject({ status, progress: { percent: 40 } });
  });

  it('do not begin once the task was told to stop, and are cancelled with it', async () => {
    let called = false;
    const run = await monitor.run({}, async ({ task, step, signal }) => {
      await step('embed', async () => {
        await monitor.cancel(task.id);
        signal.throwIfAborted();
      }).catch(() => {});
      await step('store', () => (called = true));
    });
    await expect(run.finished).rejects.toThrow('was told to stop');
    const task = await run.recorded;
    expect(task.status).toBe('cancelled');
    expect(stepsOf(task)).toEqual(['embed cancelled']);
    expect(called).toBe(false);
  });

  it('end with a task whose function does not stop', async () => {
    const run = await monitor.run({}, ({ step }) => step('embed', () => new Promise(() => {})));
    await clock.advanceAsync(0);
    await monitor.cancel(run.task.id);
    await clock.advanceAsync(10_000);
    const task = await run.recorded;
    expect(task).toMatchObject({ status: 'cancelled', execution: { cancel: { forced: true } } });
    expect(stepsOf(task)).toEqual(['embed cancelled']);
  });

  it('run side by side and inside of each other', async () => {
    const run = await monitor.run({}, async ({ step }) => {
      await Promise.all(
        ['audio', 'video'].map((track) =>
          step(track, async (outer) => {
            await outer.step(`${track} decode`, () => {});
            await outer.step(`${track} encode`, ({ progress }) => progress(40));
          }),
        ),
      );
    });
    const { progress } = await run.recorded;
    expect(progress?.steps.map(({ name, within }) => [name, within])).toEqual([
      ['audio', null],
      ['audio decode', 'audio'],
      ['video', null],
      ['video decode', 'video'],
      ['audio encode', 'audio'],
      ['video encode', 'video'],
    ]);
  });

  it('give a name that is taken a number', async () => {
    const run = await monitor.run({ steps: { page: 4 } }, async ({ step }) => {
      for (let page = 0; page < 3; page++) await step('page', () => {});
    });
    expect((await run.recorded).progress?.steps).toMatchObject([
      { name: 'page', weight: 4 },
      { name: 'page (2)', weight: 4 },
      { name: 'page (3)', weight: 4 },
    ]);
  });

  it('beyond a hundred run without being recorded, and that is told once', async () => {
    const run = await monitor.run({ steps: { last: 1 } }, async ({ step }) => {
      let sum = 0;
      for (let page = 1; page <= 110; page++) sum += await step(`page ${page}`, () => 1);
      await step('last', () => {});
      return sum;
    });
    expect(await run.finished).toBe(110);
    const { progress } = await run.recorded;
    expect(progress?.steps).toHaveLength(100);
    expect(progress?.steps[0]).toMatchObject({ name: 'last', status: 'completed' });
    expect(errors.splice(0)).toMatchObject([
      { message: expect.stringContaining('"page 100" is not recorded') as string },
    ]);
  });

  it('are what `currentTask` means inside of them', async () => {
    const run = await monitor.run({}, async ({ step }) => {
      await step('embed', async () => {
        await currentTask()?.progress({ current: 1, total: 4 });
        await currentTask()?.step('index', () => {});
        await currentTask()?.log('a line');
      });
    });
    const { id, progress } = await run.recorded;
    expect(progress?.steps).toMatchObject([
      { name: 'embed', percent: 25 },
      { name: 'index', within: 'embed' },
    ]);
    expect((await monitor.output(id)).lines.map(({ text }) => text)).toEqual(['a line']);
  });

  it.each<[string, (context: RunContext) => Promise<unknown>]>([
    ['INVALID_INPUT', ({ step }) => step('', () => 1)],
    ['INVALID_INPUT', ({ step }) => step(7 as never, () => 1)],
    ['INVALID_INPUT', ({ step }) => step('embed', { weight: -1 }, () => 1)],
    ['INVALID_OPTIONS', ({ step }) => step('embed', { wieght: 1 } as never, () => 1)],
    ['INVALID_OPTIONS', ({ step }) => step('embed', undefined as never)],
  ])('refuse with %s what they cannot be', async (code, call) => {
    const run = await monitor.run({}, (context) => call(context).catch((error: unknown) => error));
    expect(await run.finished).toMatchObject({ code });
    expect((await run.recorded).progress).toBeNull();
  });

  it.each([
    ['INVALID_OPTIONS', ['download'] as never],
    ['INVALID_OPTIONS', Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`s${n}`, 1]))],
    ['INVALID_INPUT', { download: Number.NaN }],
    ['INVALID_INPUT', { '': 1 }],
  ])('refuse with %s a plan that is none', async (code, steps) => {
    await expect(monitor.run({ steps }, () => 1)).rejects.toMatchObject({ code });
    expect(await monitor.count()).toBe(0);
  });
});

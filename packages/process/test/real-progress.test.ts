import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Progress, TaskMonitor } from '@task-monitor/core';
import { runCommand } from '../src/index.js';
import { outputOf, until } from './fixture.js';
import { describeWith, FFMPEG, PYTHON_WITH_TQDM } from './system-tool.js';

let monitor: TaskMonitor;
beforeEach(() => {
  monitor = new TaskMonitor();
});
afterEach(() => monitor.close());

/**
 * Runs a command to its end, and tells every state of its progress that anybody could see. One that waits for SIGUSR1 gets
 * it as soon as a state is `awaited`.
 */
async function follow(
  command: readonly string[],
  awaited: (progress: Progress) => boolean = () => false,
) {
  const run = await runCommand(monitor, command);
  const states: Progress[] = [];
  let isAwaited = true;
  for await (const event of monitor.watch({ taskId: run.task.id })) {
    if (!('task' in event) || !event.task.progress) continue;
    const { progress, execution } = event.task;
    states.push(progress);
    const pid = execution.process?.pid ?? null;
    if (!isAwaited || pid === null || !awaited(progress)) continue;
    isAwaited = false;
    process.kill(pid, 'SIGUSR1');
  }
  const task = await run.recorded;
  return { run, task, states, percents: states.flatMap(({ percent }) => percent ?? []) };
}

const rising = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

describeWith(PYTHON_WITH_TQDM, 'the bars of tqdm', (python) => {
  const tqdm = (script: string) => [
    python,
    '-c',
    `import signal, sys, time
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
from tqdm import tqdm, trange
${script}`,
  ];

  /** The inner bar of the two, as it is told of. */
  const BATCH = /^epoch › batch [1-5]\/5$/;

  it('are the progress of their task', async () => {
    const { run, task, percents } = await follow(
      tqdm(`
print('reading')
for n in tqdm(range(40), desc='embedding', unit='segments'):
    if n == 20: signal.sigwait({signal.SIGUSR1})
    time.sleep(0.02)
print('no room left', file=sys.stderr)
sys.exit(3)`),
      ({ percent }) => (percent ?? 0) > 0,
    );
    expect(task).toMatchObject({
      progress: { message: 'embedding', current: 40, total: 40, unit: 'segments', percent: 100 },
      error: { message: 'Exited with code 3: no room left' },
    });
    expect(percents).toEqual(rising(percents));
    expect(new Set(percents).size).toBeGreaterThan(1);
    expect(await outputOf(monitor, run)).toEqual(['reading']);
    expect(await outputOf(monitor, run, 'stderr')).toEqual(['no room left']);
  });

  it('count by the outermost where they are nested', async () => {
    const { run, task, states, percents } = await follow(
      tqdm(`
for i in trange(3, desc='epoch', unit='epoch'):
    for j in trange(5, desc='batch', unit='batch', leave=i == 1, mininterval=0):
        if (i, j) == (1, 3): signal.sigwait({signal.SIGUSR1})
        time.sleep(0.05)`),
      ({ message }) => BATCH.test(message ?? ''),
    );
    expect(task.progress).toMatchObject({ current: 3, total: 3, unit: 'epoch', percent: 100 });
    expect(percents).toEqual(rising(percents));
    expect(states.map(({ message }) => message)).toContainEqual(expect.stringMatching(BATCH));
    expect(await outputOf(monitor, run, 'stderr')).toEqual([]);
  });

  it('count bytes where they are scaled', async () => {
    const { run, task, percents } = await follow(
      tqdm(`
with tqdm(total=3_400_000, unit='B', unit_scale=True, desc='model.bin', mininterval=0) as bar:
    for _ in range(34):
        bar.update(100_000)
        time.sleep(0.01)`),
    );
    expect(task.progress).toMatchObject({
      message: 'model.bin',
      current: 3_400_000,
      total: 3_400_000,
      unit: 'B',
      percent: 100,
    });
    expect(percents).toEqual(rising(percents));
    expect(await outputOf(monitor, run, 'stderr')).toEqual([]);
  });

  it('are seen as they are drawn, not one drawing later', async () => {
    const run = await runCommand(
      monitor,
      tqdm(`
bar = tqdm(total=2, mininterval=0)
bar.update(1)
time.sleep(1000)`),
    );
    const { progress } = await until(monitor, run, (task) => task.progress?.current === 1);
    expect(progress).toMatchObject({ current: 1, total: 2, unit: 'it', percent: 50 });
    await monitor.cancel(run.task.id);
    await run.recorded;
  });
});

describeWith(FFMPEG, 'the reports of ffmpeg', (ffmpeg) => {
  let folder: string;
  let film: string;
  const source = (seconds: number) => [
    '-f',
    'lavfi',
    '-i',
    `testsrc=duration=${seconds}:size=640x360:rate=25`,
  ];
  const encode = ['-c:v', 'mpeg4', '-f', 'null', '-'];
  const command = (...args: string[]) => [ffmpeg, '-nostdin', '-stats_period', '0.05', ...args];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'task-monitor-'));
    film = join(folder, 'film.mkv');
    const maker = new TaskMonitor();
    const run = await runCommand(maker, command(...source(30), '-c:v', 'mpeg4', film));
    await run.finished;
    await maker.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['-progress', ['-progress', 'pipe:1']],
    ['its line on standard error', []],
  ])('by %s are seconds of the output', async (_, options) => {
    const { run, task, states, percents } = await follow(
      command(...options, '-i', film, ...encode),
    );
    expect(task).toMatchObject({
      status: 'completed',
      progress: {
        message: expect.stringMatching(/^speed \d/) as string,
        current: 30,
        total: 30,
        unit: 's',
        percent: 100,
      },
    });
    expect(percents).toEqual(rising(percents));
    expect(states.filter(({ current, total }) => (current ?? 0) > (total ?? Infinity))).toEqual([]);
    expect(await outputOf(monitor, run)).toEqual([]);
    const errors = await outputOf(monitor, run, 'stderr');
    expect(errors.filter((line) => line.includes('time='))).toEqual([]);
    expect(errors).toContainEqual(expect.stringMatching(/^Input #0, matroska/));
  });

  it('know the part that is taken', async () => {
    const { task, states } = await follow(command('-ss', '5', '-i', film, '-t', '20', ...encode));
    expect(task.progress).toMatchObject({ current: 20, total: 20, percent: 100 });
    const totals = new Set(states.flatMap(({ total }) => total ?? []));
    expect([...totals]).toEqual([20]);
  });

  it('know no total of what is generated, until its end', async () => {
    const { task, states } = await follow(command('-progress', 'pipe:1', ...source(8), ...encode));
    expect(task.progress).toMatchObject({ current: 8, total: 8, unit: 's', percent: 100 });
    expect(states.filter(({ current, percent }) => percent === 100 && current !== 8)).toEqual([]);
  });

  it('leave the words that explain a failure', async () => {
    const { task } = await follow(command('-i', join(folder, 'missing.mkv'), ...encode));
    expect(task.error?.message).toMatch(/missing\.mkv: No such file or directory/);
  });
});

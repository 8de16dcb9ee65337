import { spawn } from 'node:child_process';
import { type ChildProcess, type Run, type Task, TaskMonitor } from '@task-monitor/core';
import { attach } from '../src/attach.js';
import { runCommand } from '../src/run-command.js';
import { message, node, python } from './fixture.js';

const MB = 1024 * 1024;

/** Uses a second of processor time, says so, and goes on. */
const BURN = `
  const used = () => process.cpuUsage().user + process.cpuUsage().system;
  const end = used() + 1e6;
  while (used() < end);
  console.log('done');
  setInterval(() => {}, 1e6);`;

const GRANDCHILD_BURNS = `
import subprocess, sys
burner = 'import time\\nwhile time.process_time() < 1: pass\\nprint("done", flush=True); time.sleep(1000)'
subprocess.run(['sh', '-c', '"$0" -c "$1"; exit', sys.executable, burner])`;

const CHILDREN_TAKE_150_MB = `
import subprocess, sys, time
half = 'import time; x = bytearray(75_000_000); print("half", flush=True); time.sleep(1000)'
children = [subprocess.Popen([sys.executable, '-c', half], stdout=subprocess.PIPE) for _ in range(2)]
for child in children: child.stdout.readline()
print('done', flush=True)
time.sleep(1000)`;

const hasBurned = ({ cpuMs }: ChildProcess): boolean => (cpuMs ?? 0) >= 500;

/** All at the same time: what was used is stored no sooner than after five seconds. */
describe('what a command used', () => {
  const monitor = new TaskMonitor();
  const runs: Run<unknown>[] = [];
  let before: number;
  beforeAll(async () => {
    before = Date.now();
    const [program = '', ...args] = python(CHILDREN_TAKE_150_MB);
    runs.push(
      await runCommand(monitor, node(BURN)),
      await runCommand(monitor, python(GRANDCHILD_BURNS)),
      await attach(monitor, spawn(program, args, { detached: true })),
    );
    await Promise.all(runs.map((run) => message(monitor, run, /done/)));
  });
  afterAll(() => monitor.close());

  /** What is stored of it while it runs, as soon as it `isEnough`: on a busy machine the first may come too early. */
  const measured = async (
    index: number,
    isEnough: (process: ChildProcess) => boolean,
  ): Promise<ChildProcess> => {
    const { id } = (runs[index] as Run<unknown>).task;
    for await (const event of monitor.watch({ taskId: id })) {
      const process = 'task' in event ? event.task.execution.process : null;
      if (process !== null && process.cpuMs !== null && isEnough(process)) return process;
    }
    throw new Error('It ended before.');
  };

  it('is known while it runs, and in the end', async () => {
    const { startedAt, cpuMs, peakMemoryBytes } = await measured(0, hasBurned);
    expect(startedAt).toBeGreaterThanOrEqual(before);
    expect(startedAt).toBeLessThan(before + 20_000);
    expect(cpuMs).toBeGreaterThanOrEqual(500);
    expect(cpuMs).toBeLessThan(5_000);
    expect(peakMemoryBytes).toBeGreaterThan(20 * MB);
    expect(peakMemoryBytes).toBeLessThan(500 * MB);
    const run = runs[0] as Run<unknown>;
    await monitor.cancel(run.task.id);
    const last = (await run.recorded).execution.process;
    expect(last).toMatchObject({ startedAt, signal: 'SIGTERM' });
    expect(last?.cpuMs).toBeGreaterThanOrEqual(cpuMs ?? NaN);
    expect(last?.peakMemoryBytes).toBeGreaterThanOrEqual(peakMemoryBytes ?? NaN);
  });

  it('counts the processor time of a grandchild', async () => {
    const { cpuMs } = await measured(1, hasBurned);
    expect(cpuMs).toBeGreaterThanOrEqual(500);
    expect(cpuMs).toBeLessThan(5_000);
  });

  it('counts the memory of all that belongs to it', async () => {
    const { startedAt, peakMemoryBytes } = await measured(
      2,
      (process) => (process.peakMemoryBytes ?? 0) > 140 * MB,
    );
    expect(peakMemoryBytes).toBeGreaterThan(140 * MB);
    expect(peakMemoryBytes).toBeLessThan(1_000 * MB);
    expect(startedAt).toBeGreaterThanOrEqual(before - 100);
    expect(startedAt).toBeLessThan(before + 20_000);
  });

  it('is unknown of one that was over too soon', async () => {
    let task: Task;
    let tookMs: number;
    // It is looked at after 200 ms: on a busy machine one may have lived that long.
    do {
      const startedAt = performance.now();
      task = await (await runCommand(monitor, ['true'])).recorded;
      tookMs = performance.now() - startedAt;
    } while (tookMs >= 190);
    expect(task.execution.process).toMatchObject({
      exitCode: 0,
      cpuMs: null,
      peakMemoryBytes: null,
    });
  });

  it('is written now and then, not at every look', async () => {
    const run = await runCommand(monitor, ['sleep', '6']);
    const { version, startedAt, completedAt } = await run.recorded;
    const seconds = ((completedAt ?? 0) - (startedAt ?? 0)) / 1_000;
    // Registered, started, process, how it ended, completed; and an update every five seconds. It is looked at six times.
    expect(seconds).toBeGreaterThan(5.9);
    expect(version).toBeLessThanOrEqual(5 + Math.floor(seconds / 5));
  });
});

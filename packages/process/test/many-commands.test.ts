import { execFileSync, spawn } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { isFinished, type Run, type Task, TaskMonitor } from '@task-monitor/core';
import fc from 'fast-check';
import { attach } from '../src/attach.js';
import { runCommand } from '../src/run-command.js';
import { isRunning, message, outputOf } from './fixture.js';

/** Limits the open files of this process; `''` for as many as it may have. */
function setMostOpenFiles(limit: string): void {
  const [, , hard = ''] =
    /^Max open files +(\d+) +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  execFileSync('/usr/bin/prlimit', [`--pid=${process.pid}`, `--nofile=${limit || hard}:${hard}`]);
}

/** Of twenty races each. To run more of them: `RACE_ROUNDS=50 npm test -- many-commands`. */
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 5);

/** Resolves when a command runs, or could not be started. */
async function begunOrOver(monitor: TaskMonitor, { task: { id } }: Run<unknown>): Promise<void> {
  for await (const event of monitor.watch({ taskId: id })) {
    if ('task' in event && event.task.execution.process !== null) return;
  }
}

const openFiles = () => readdirSync('/proc/self/fd').length;

describe('many commands at once', () => {
  let monitor: TaskMonitor;
  beforeEach(async () => {
    monitor = new TaskMonitor();
    await (
      await runCommand(monitor, ['true'])
    ).recorded;
  });
  afterEach(() => monitor.close());

  it('all end, and give back their files', async () => {
    const before = openFiles();
    const runs = await Promise.all(
      Array.from({ length: 200 }, (_, index) => runCommand(monitor, ['echo', `${index}`])),
    );
    const tasks = await Promise.all(runs.map((run) => run.recorded));
    expect(tasks.map((task) => task.status)).toEqual(tasks.map(() => 'completed'));
    for (const [index, run] of runs.entries()) {
      expect(await outputOf(monitor, run)).toEqual([`${index}`]);
    }
    expect(openFiles()).toBe(before);
  });

  it('are all cancelled, and none survives', async () => {
    const before = openFiles();
    const script = 'sleep 1000 & echo pids $$ $!; wait';
    const runs = await Promise.all(
      Array.from({ length: 100 }, () => runCommand(monitor, ['sh', '-c', script])),
    );
    const pids = await Promise.all(
      runs.map(async (run) =>
        (await message(monitor, run, /^pids (\d+) (\d+)$/)).slice(1).map(Number),
      ),
    );
    await Promise.all(runs.map((run) => monitor.cancel(run.task.id)));
    const tasks = await Promise.all(runs.map((run) => run.recorded));
    expect(tasks.map((task) => task.status)).toEqual(tasks.map(() => 'cancelled'));
    expect(pids.flat().filter(isRunning)).toEqual([]);
    expect(openFiles()).toBe(before);
  });

  it('fail, and give back their files, when they cannot be started', async () => {
    const before = openFiles();
    const runs = await Promise.all(
      Array.from({ length: 100 }, () => runCommand(monitor, ['no-such-program'])),
    );
    await Promise.all(runs.map((run) => run.recorded));
    expect(openFiles()).toBe(before);
  });

  it('fail for want of files, and the next one runs', async () => {
    setMostOpenFiles(`${openFiles() + 40}`);
    // None of them ends, and gives back its files, before the others are started.
    const runs = await Promise.all(
      Array.from({ length: 40 }, () => runCommand(monitor, ['sleep', '1000'])),
    );
    await Promise.all(runs.map((run) => begunOrOver(monitor, run)));
    await Promise.all(runs.map((run) => monitor.cancel(run.task.id).catch(() => {})));
    const tasks = await Promise.all(runs.map((run) => run.recorded));
    const next = await runCommand(monitor, ['true']);
    expect((await next.recorded).status).toBe('completed');
    setMostOpenFiles('');
    const failures = new Set(tasks.flatMap(({ error }) => error?.message ?? []));
    expect([...failures]).toEqual([
      'Cannot start "sleep": too many files are open; run fewer at once or raise the limit (ulimit -n) (EMFILE).',
    ]);
  });

  it('share one signal, on which nothing is left of them', async () => {
    const { signal } = new AbortController();
    const runs = await Promise.all(
      Array.from({ length: 50 }, () => runCommand(monitor, ['true'], { signal })),
    );
    const last = await runCommand(monitor, ['sleep', '1000'], { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await Promise.all(runs.map((run) => run.recorded));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await monitor.cancel(last.task.id);
    await last.recorded;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('are never signalled once they have exited', async () => {
    const exited = new Set<number>();
    const stray: number[] = [];
    const original = process.kill.bind(process);
    const kill = jest.spyOn(process, 'kill').mockImplementation((pid, signal) => {
      if (exited.has(Math.abs(pid))) stray.push(pid);
      return original(pid, signal);
    });
    for (let round = 0; round < 5; round++) {
      const children = Array.from({ length: 20 }, (_, index) =>
        // The last one lives for certain when it is told to stop; the others may or may not.
        spawn('sleep', [index === 19 ? '1000' : `${0.01 + index / 500}`], { detached: true }),
      );
      const runs = children.map((child) => attach(monitor, child, { forceKillAfterMs: 20 }));
      // After the listeners of attach, which ask once more whether the group is empty: that is the last time.
      for (const child of children) child.once('exit', () => exited.add(child.pid as number));
      await Promise.all(
        runs.map(async (attaching, index) => {
          const run = await attaching;
          await new Promise((resolve) => setTimeout(resolve, index * 2));
          await monitor.cancel(run.task.id).catch(() => {});
          return run.recorded;
        }),
      );
    }
    const signals = kill.mock.calls.filter(([, signal]) => signal === 'SIGTERM').length;
    kill.mockRestore();
    expect(signals).toBeGreaterThan(0);
    expect(exited.size).toBe(100);
    expect(stray).toEqual([]);
  });

  it('end exactly once, however cancel, timeout and exit meet', async () => {
    const ends = new Map<string, string[]>();
    const watching = (async () => {
      for await (const event of monitor.watch()) {
        if (!('task' in event) || event.type === 'task.progress' || event.type === 'task.output')
          continue;
        // All that was before it has been told.
        if (event.task.id === 'last-1') return;
        if (isFinished(event.task.status))
          ends.set(event.task.id, [...(ends.get(event.task.id) ?? []), event.type]);
      }
    })();
    const moment = fc.integer({ min: 1, max: 40 });
    const race = fc.record({
      exit: moment,
      timeout: moment,
      cancel: moment,
      code: fc.constantFrom(0, 3),
    });
    // Of each kind one that is no race, however slow the machine is.
    const never = 100_000;
    const sure = [
      { exit: 1, timeout: never, cancel: never, code: 0 },
      { exit: 1, timeout: never, cancel: never, code: 3 },
      { exit: never, timeout: 1, cancel: never, code: 0 },
      { exit: never, timeout: never, cancel: 1, code: 0 },
    ];
    const outcomes: Task[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const races = [...sure, ...fc.sample(race, 20)].map(
        async ({ exit, timeout, cancel, code }) => {
          const run = await runCommand(monitor, ['sh', '-c', `sleep ${exit / 100}; exit ${code}`], {
            timeoutMs: timeout * 10,
            signal: AbortSignal.timeout(cancel * 10),
          });
          return run.recorded;
        },
      );
      outcomes.push(...(await Promise.all(races)));
    }
    await monitor.register({ id: 'last-1' });
    await watching;
    for (const task of outcomes) {
      expect(ends.get(task.id)).toHaveLength(1);
      expect(await monitor.get(task.id)).toEqual(task);
      const { exitCode } = task.execution.process ?? { exitCode: null };
      if (task.status === 'completed') expect(exitCode).toBe(0);
      if (task.status === 'failed') expect(['TIMEOUT', 'EXIT']).toContain(task.error?.code);
      if (task.error?.code === 'EXIT') expect(exitCode).toBe(3);
    }
    const kinds = new Set(outcomes.map((task) => task.error?.code ?? task.status));
    expect([...kinds].sort()).toEqual(['EXIT', 'TIMEOUT', 'cancelled', 'completed']);
  }, 300_000);
});

import { getEventListeners, once } from 'node:events';
import { spawn } from 'node:child_process';
import { TaskMonitor } from '@task-monitor/core';
import { FakeClock } from '@task-monitor/core/testing';
import {
  isRunning,
  message,
  node,
  outputOf,
  python,
  stoppedBySignal,
  timed,
} from '../test/fixture.js';
import { attach } from './attach.js';
import { runCommand } from './run-command.js';
import { SupervisedChild } from './supervised-child.js';

/** Starts `sh -c script` for each script, then prints all process ids: `pids 1 2 3`, its own first. */
const withDescendants = (scripts: readonly string[], rest = ''): string[] =>
  node(`
    const { spawn } = require('child_process');
    const start = (script) => new Promise((resolve) => {
      const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', (pids) => resolve(String(pids).trim()));
    });
    ${rest}
    Promise.all(${JSON.stringify(scripts)}.map(start)).then((pids) => console.log('pids', process.pid, ...pids));
    setInterval(() => {}, 1e6);`);

const STOPPING = { stopSignal: 'SIGTERM', forceKillAfterMs: 100 } as const;
const noError = (error: unknown): never => {
  throw error;
};

const IGNORE_TERM = `process.on('SIGTERM', () => {});`;
const ENDLESS = 'echo $$; while :; do sleep 1000; done';
const DEAF = `trap '' TERM; ${ENDLESS}`;

describe('stopping a command', () => {
  let monitor: TaskMonitor;
  /** Its time limits are up when a test says so, however long a command takes to begin. */
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
    monitor = new TaskMonitor({ clock });
  });
  afterEach(() => monitor.close());

  const pidsOf = async (run: Awaited<ReturnType<typeof runCommand>>): Promise<number[]> => {
    const [, pids = ''] = await message(monitor, run, /^pids ([\d ]+)$/);
    return pids.split(' ').map(Number);
  };

  it('cancels a command that obeys SIGTERM without waiting for more', async () => {
    const script = `
import signal, sys
def stop(*_):
    print('stopping')
    sys.exit(7)
signal.signal(signal.SIGTERM, stop)
print('ready')
while True: signal.pause()`;
    const run = await runCommand(monitor, python(script));
    await message(monitor, run, /ready/);
    expect(await timed(monitor.cancel(run.task.id).then(() => run.recorded))).toBeLessThan(4_500);
    const task = await run.recorded;
    expect(task).toMatchObject({
      status: 'cancelled',
      error: null,
      progress: { message: 'stopping' },
      execution: {
        cancel: { forced: false, acknowledgedAt: expect.any(Number) as number },
        process: { exitCode: 7, signal: null },
      },
    });
    await expect(run.finished).rejects.toMatchObject({ name: 'AbortError', why: 'cancel' });
  });

  describe('that exits with 0 when it is told to', () => {
    const GRACEFUL = [
      'sh',
      '-c',
      `trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done`,
    ];

    it('cancels its task', async () => {
      const run = await runCommand(monitor, GRACEFUL);
      await message(monitor, run, /ready/);
      await monitor.cancel(run.task.id);
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        result: null,
        progress: { message: 'saved' },
        execution: { cancel: { forced: false }, process: { exitCode: 0, signal: null } },
      });
      await expect(run.finished).rejects.toMatchObject({ name: 'AbortError', why: 'cancel' });
    });

    it('fails its task where a time limit stopped it', async () => {
      const run = await runCommand(monitor, GRACEFUL, { timeoutMs: 1_000 });
      await message(monitor, run, /ready/);
      clock.advance(1_000);
      expect(await run.recorded).toMatchObject({
        status: 'failed',
        error: { code: 'TIMEOUT' },
        result: null,
        execution: { process: { exitCode: 0, signal: null } },
      });
    });

    it('cancels the task of a child that was attached', async () => {
      const [program = '', ...args] = GRACEFUL;
      const run = await attach(monitor, spawn(program, args));
      await message(monitor, run, /ready/);
      await monitor.cancel(run.task.id);
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        execution: { process: { exitCode: 0 } },
      });
    });
  });

  it('does not count as stopped what had ended before anybody could be told', async () => {
    const child = spawn('sh', ['-c', 'exit 0'], { detached: true });
    const controller = new AbortController();
    const ended = new SupervisedChild(child).ended(controller.signal, STOPPING, noError);
    // Its end is told in a later turn.
    while (isRunning(child.pid as number));
    controller.abort();
    expect(await ended).toEqual({ exit: { exitCode: 0, signal: null }, stopped: false });
  });

  it('kills descendants that ignore SIGTERM also where this process was held up when it was time to', async () => {
    const script = `sh -c 'trap "" TERM; echo $$; while :; do sleep 1000; done' & wait`;
    const child = spawn('sh', ['-c', script], { detached: true });
    const [pid] = (await once(child.stdout, 'data')).map(Number);
    const controller = new AbortController();
    const ended = new SupervisedChild(child).ended(controller.signal, STOPPING, noError);
    child.once('exit', () => {
      for (const until = performance.now() + 2_500; performance.now() < until;);
    });
    controller.abort();
    try {
      expect((await ended).exit.signal).toBe('SIGTERM');
      expect(isRunning(pid as number)).toBe(false);
    } finally {
      // What would be left holds the pipes open, and so this process.
      if (isRunning(pid as number)) process.kill(pid as number, 'SIGKILL');
    }
  });

  it('asks by another signal where one is named, and by SIGTERM what is left after the command', async () => {
    const script = `trap 'echo told INT; exit 0' INT; trap 'echo told TERM' TERM; echo ready; while :; do sleep 0.05; done`;
    const alone = await runCommand(monitor, ['sh', '-c', script], { stopSignal: 'SIGINT' });
    await message(monitor, alone, /ready/);
    await monitor.cancel(alone.task.id);
    expect(await alone.recorded).toMatchObject({
      status: 'cancelled',
      progress: { message: 'told INT' },
      execution: { process: { exitCode: 0 } },
    });
    // A shell has what it begins in the background ignore SIGINT.
    const leader = `(trap 'echo told TERM; exit' TERM; echo ready; while :; do sleep 0.05; done) & wait`;
    const run = await runCommand(monitor, ['sh', '-c', leader], {
      stopSignal: () => 'SIGINT',
      forceKillAfterMs: 1e9,
    });
    await message(monitor, run, /ready/);
    await monitor.cancel(run.task.id);
    expect(await run.recorded).toMatchObject({
      status: 'cancelled',
      progress: { message: 'told TERM' },
      execution: { process: { signal: 'SIGINT' } },
    });
  });

  it('asks by SIGTERM, and then kills, what ignores the named signal', async () => {
    const script = `trap '' INT; trap 'echo told TERM' TERM; echo ready; while :; do sleep 0.05; done`;
    const run = await runCommand(monitor, ['sh', '-c', script], {
      stopSignal: 'SIGINT',
      forceKillAfterMs: 1_000,
    });
    await message(monitor, run, /ready/);
    await monitor.cancel(run.task.id);
    expect(await run.recorded).toMatchObject({
      status: 'cancelled',
      progress: { message: 'told TERM' },
      execution: { process: { signal: 'SIGKILL' } },
    });
  });

  it.each([
    {
      answer: (): never => {
        throw new Error('not now');
      },
      error: 'not now',
    },
    { answer: () => 'SIGSTOP' as never, error: 'Expected `stopSignal` to answer with one of' },
  ])('asks by SIGTERM where nobody can say by what: $error', async ({ answer, error }) => {
    const errors: string[] = [];
    const onError = (thrown: unknown) => errors.push(String(thrown));
    const telling = new TaskMonitor({ onError });
    const run = await runCommand(telling, ['sh', '-c', 'echo ready; sleep 1000'], {
      stopSignal: answer,
    });
    await message(telling, run, /ready/);
    await telling.cancel(run.task.id);
    expect((await run.recorded).execution.process).toMatchObject({ signal: 'SIGTERM' });
    expect(errors).toEqual([expect.stringContaining(error)]);
    await telling.close();
  });

  it('kills a command that ignores SIGTERM, with its descendants', async () => {
    const run = await runCommand(monitor, withDescendants([DEAF, DEAF, ENDLESS], IGNORE_TERM), {
      forceKillAfterMs: 300,
    });
    const pids = await pidsOf(run);
    expect(pids.filter(isRunning)).toHaveLength(4);
    const duration = await timed(monitor.cancel(run.task.id).then(() => run.recorded));
    expect(pids.filter(isRunning)).toEqual([]);
    expect(duration).toBeGreaterThan(290);
    // By default it would be five seconds.
    expect(duration).toBeLessThan(4_900);
    expect(await run.recorded).toMatchObject({
      status: 'cancelled',
      execution: { cancel: { forced: false }, process: { signal: 'SIGKILL' } },
    });
  });

  it('kills descendants that ignore SIGTERM when the command itself obeyed', async () => {
    const run = await runCommand(monitor, withDescendants([DEAF, ENDLESS]), {
      forceKillAfterMs: 300,
    });
    const pids = await pidsOf(run);
    await monitor.cancel(run.task.id);
    expect(await run.recorded).toMatchObject({
      status: 'cancelled',
      execution: { process: { signal: 'SIGTERM' } },
    });
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('gives descendants their time to clean up after the command itself has ended', async () => {
    const careful = `trap 'sleep 0.2; echo cleaned up >&2; exit' TERM; echo $$; while :; do sleep 0.05; done`;
    const run = await runCommand(monitor, withDescendants([careful]));
    const pids = await pidsOf(run);
    expect(await timed(monitor.cancel(run.task.id).then(() => run.recorded))).toBeLessThan(4_900);
    expect(await outputOf(monitor, run, 'stderr')).toContain('cleaned up');
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('fails a command that takes too long, and kills it', async () => {
    const run = await runCommand(monitor, ['sh', '-c', DEAF], {
      timeoutMs: 300,
      forceKillAfterMs: 100,
    });
    const [, pid] = await message(monitor, run, /^(\d+)$/);
    clock.advance(300);
    await expect(run.finished).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await run.recorded).toMatchObject({ status: 'failed', error: { code: 'TIMEOUT' } });
    expect(isRunning(Number(pid))).toBe(false);
  });

  it('ends a command that was stopped by SIGSTOP', async () => {
    const run = await runCommand(monitor, ['sh', '-c', 'echo $$; kill -STOP $$; exit 0'], {
      timeoutMs: 300,
      forceKillAfterMs: 100,
    });
    const [, pid] = await message(monitor, run, /^(\d+)$/);
    await stoppedBySignal(Number(pid));
    clock.advance(300);
    expect(await run.recorded).toMatchObject({
      error: { code: 'TIMEOUT' },
      execution: { process: { signal: 'SIGKILL' } },
    });
    expect(isRunning(Number(pid))).toBe(false);
  });

  describe('when it is silent for too long', () => {
    it('ends it, also if it was stopped by SIGSTOP', async () => {
      const run = await runCommand(monitor, ['sh', '-c', 'echo $$; kill -STOP $$; exit 0'], {
        heartbeatTimeoutMs: 500,
        forceKillAfterMs: 100,
      });
      const [, pid] = await message(monitor, run, /^(\d+)$/);
      await stoppedBySignal(Number(pid));
      clock.advance(500);
      expect(await run.recorded).toMatchObject({
        status: 'failed',
        error: {
          code: 'TIMEOUT',
          message: 'Was silent for 500 ms, all that `heartbeatTimeoutMs` allows',
        },
        execution: { process: { signal: 'SIGKILL' } },
      });
      expect(isRunning(Number(pid))).toBe(false);
    });

    it('ends an attached child', async () => {
      const child = spawn('sh', ['-c', 'echo ready; exec sleep 1000']);
      const run = await attach(monitor, child, { heartbeatTimeoutMs: 500 });
      await message(monitor, run, /ready/);
      clock.advance(500);
      expect((await run.recorded).error?.code).toBe('TIMEOUT');
    });

    it('hears all that comes, line or not, on either stream, and of an attached child', async () => {
      const patient = new TaskMonitor();
      const limit = { heartbeatTimeoutMs: 10_000 };
      const speaking = (print: string): [string, ...string[]] => [
        'sh',
        '-c',
        `for i in $(seq 36); do sleep 0.3; ${print}; done`,
      ];
      const [program, ...args] = speaking('printf .');
      const runs = await Promise.all([
        runCommand(patient, speaking('printf .'), limit),
        runCommand(patient, speaking('printf . >&2'), limit),
        attach(patient, spawn(program, args), limit),
      ]);
      for (const { status, startedAt, completedAt } of await Promise.all(
        runs.map((run) => run.recorded),
      )) {
        expect(status).toBe('completed');
        expect((completedAt ?? 0) - (startedAt ?? 0)).toBeGreaterThan(10_000);
      }
      await patient.close();
    });
  });

  it('never starts a command whose signal had fired before', async () => {
    const run = await runCommand(monitor, ['sh', '-c', 'echo started'], {
      signal: AbortSignal.abort(),
    });
    const task = await run.recorded;
    expect(task).toMatchObject({ status: 'cancelled', execution: { process: null } });
    expect(await outputOf(monitor, run)).toEqual([]);
  });

  it('cancels when its signal fires, and leaves no listener behind', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const short = await Promise.all(
      Array.from({ length: 20 }, () => runCommand(monitor, ['true'], { signal })),
    );
    const run = await runCommand(monitor, withDescendants([ENDLESS]), { signal });
    const pids = await pidsOf(run);
    controller.abort();
    controller.abort();
    expect((await run.recorded).status).toBe('cancelled');
    expect(pids.filter(isRunning)).toEqual([]);
    expect((await short[0]?.recorded)?.status).toBe('completed');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends everything when the monitor closes', async () => {
    const run = await runCommand(monitor, withDescendants([ENDLESS]));
    const pids = await pidsOf(run);
    await monitor.close();
    expect((await run.recorded).status).toBe('cancelled');
    expect(pids.filter(isRunning)).toEqual([]);
  });
});

describe('a command that leaves processes behind', () => {
  let monitor: TaskMonitor;
  const strays: number[] = [];
  beforeEach(() => {
    monitor = new TaskMonitor();
  });
  afterEach(async () => {
    for (const pid of strays.splice(0)) process.kill(pid, 'SIGKILL');
    await monitor.close();
  });

  it('has ended although they hold its pipes open, and they live on', async () => {
    const run = await runCommand(monitor, ['sh', '-c', 'sleep 1000 & echo $!']);
    // The stray would hold them open for a thousand seconds.
    expect(await timed(run.recorded)).toBeLessThan(15_000);
    expect((await run.recorded).status).toBe('completed');
    const pid = Number((await run.finished).lastLine);
    strays.push(pid);
    expect(isRunning(pid)).toBe(true);
  });

  it('keeps what they write within a second after its end', async () => {
    // Its input ends when its own end was noticed.
    const script = 'exec 3<&0; (read go <&3; echo late) & exit 3';
    const run = await runCommand(monitor, ['sh', '-c', script], { keepInputOpen: true });
    const { status, progress } = await run.recorded;
    expect([status, progress?.message]).toEqual(['failed', 'late']);
  });

  it('is cancelled although one of them moved to another group', async () => {
    const script = `
import subprocess, time
stray = subprocess.Popen(['sleep', '1000'], start_new_session=True)
print('stray', stray.pid)
time.sleep(1000)`;
    const run = await runCommand(monitor, python(script));
    const [, pid] = await message(monitor, run, /^stray (\d+)$/);
    strays.push(Number(pid));
    expect(await timed(monitor.cancel(run.task.id).then(() => run.recorded))).toBeLessThan(15_000);
    expect((await run.recorded).status).toBe('cancelled');
  });
});

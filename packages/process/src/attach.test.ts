import { type ChildProcess, fork, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { MemoryStore, TaskMonitor } from '@task-monitor/core';
import { FakeClock, FaultStore } from '@task-monitor/core/testing';
import { isRunning, message, node, outputOf, python, timed, until } from '../test/fixture.js';
import { attach } from './attach.js';

/** Starts a command as a host does. */
function start(command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const [program = '', ...args] = command;
  return spawn(program, args, options);
}

const ENDLESS = 'console.log(`pid ${process.pid}`); setInterval(() => {}, 1e6);';
/** Has a descendant, and prints the numbers of both. */
const WITH_DESCENDANT = `
  const { spawn } = require('child_process');
  console.log('pids', process.pid, spawn('sleep', ['1000'], { stdio: 'ignore' }).pid);
  setInterval(() => {}, 1e6);`;

describe('attach', () => {
  let monitor: TaskMonitor;
  const strays: number[] = [];
  beforeEach(() => {
    monitor = new TaskMonitor();
  });
  afterEach(async () => {
    for (const pid of strays.splice(0)) process.kill(pid, 'SIGKILL');
    await monitor.close();
  });

  it('tracks a child from its registration to its end', async () => {
    const child = start(['sh', '-c', 'echo hello; echo to errors >&2']);
    const run = await attach(monitor, child, {
      id: 'job-1',
      type: 'greeting',
      metadata: { videos: ['v1'] },
    });
    expect(run.task).toMatchObject({
      id: 'job-1',
      type: 'greeting',
      metadata: { videos: ['v1'] },
      command: ['sh', '-c', 'echo hello; echo to errors >&2'],
    });
    expect(await run.finished).toEqual({ exitCode: 0, signal: null, lastLine: 'hello' });
    expect(await run.recorded).toMatchObject({
      status: 'completed',
      progress: { message: 'hello' },
      result: { exitCode: 0, signal: null, lastLine: 'hello' },
      execution: { driver: 'runner', process: { pid: child.pid, exitCode: 0, signal: null } },
    });
    expect(await outputOf(monitor, run)).toEqual(['hello']);
    expect(await outputOf(monitor, run, 'stderr')).toEqual(['to errors']);
  });

  it('takes its progress lines, and another command to show', async () => {
    const child = start(['echo', '{"progress": {"current": 1, "total": 4}}']);
    const run = await attach(monitor, child, { command: ['worker', '--token', '…'] });
    expect(await run.recorded).toMatchObject({
      command: ['worker', '--token', '…'],
      progress: { current: 1, total: 4, percent: 25 },
    });
  });

  it('fails the task as the child ended', async () => {
    const run = await attach(monitor, start(['sh', '-c', 'echo why >&2; exit 3']));
    await expect(run.finished).rejects.toMatchObject({ name: 'TaskFailedError', code: 'EXIT' });
    expect(await run.recorded).toMatchObject({
      status: 'failed',
      error: { code: 'EXIT', message: 'Exited with code 3: why' },
      execution: { process: { exitCode: 3 } },
    });
    const killed = start(['sleep', '1000']);
    const other = await attach(monitor, killed);
    killed.kill('SIGTERM');
    expect((await other.recorded).error).toMatchObject({
      code: 'SIGNAL',
      message: 'Killed by SIGTERM.',
    });
  });

  it('does not wonder who sent a SIGKILL that the host itself sent', async () => {
    const child = start(['sleep', '1000']);
    const run = await attach(monitor, child);
    child.kill('SIGKILL');
    expect((await run.recorded).error?.message).toBe('Killed by SIGKILL.');
  });

  it('tracks a fork, and leaves its messages to the host', async () => {
    const child = fork('-e', ['process.send("ready"); process.once("message", process.exit)'], {
      execArgv: [],
      silent: true,
      execPath: process.execPath,
    });
    const ready = once(child, 'message');
    const run = await attach(monitor, child);
    expect((await ready)[0]).toBe('ready');
    child.send(7);
    expect((await run.recorded).error?.message).toBe('Exited with code 7.');
  });

  describe('beside the host', () => {
    it('takes nothing away from listeners and pipes, whenever they were added', async () => {
      const child = start(['sh', '-c', 'echo first; read go; echo second']);
      const heard: string[] = [];
      child.stdout?.on('data', (chunk) => heard.push(`before: ${chunk}`));
      const run = await attach(monitor, child);
      child.stdout?.on('data', (chunk) => heard.push(`after: ${chunk}`));
      const copy = child.stdout?.pipe(new PassThrough());
      await message(monitor, run, /first/);
      child.stdin?.end('go\n');
      await run.finished;
      expect(await outputOf(monitor, run)).toEqual(['first', 'second']);
      expect(heard.filter((line) => line.startsWith('before'))).toEqual([
        'before: first\n',
        'before: second\n',
      ]);
      expect(heard).toContain('after: second\n');
      expect(String(copy?.read())).toContain('second\n');
    });

    it('hears a stream that the host reads as text, or by itself', async () => {
      const child = start(['sh', '-c', 'read go; echo grüße; echo wärme >&2']);
      child.stdout?.setEncoding('latin1');
      const run = await attach(monitor, child);
      const errors = (async () => {
        let text = '';
        for await (const chunk of child.stderr ?? []) text += String(chunk);
        return text;
      })();
      child.stdin?.end('go\n');
      await run.finished;
      expect(await errors).toBe('wärme\n');
      expect(await outputOf(monitor, run)).toEqual(['grüße']);
      expect(await outputOf(monitor, run, 'stderr')).toEqual(['wärme']);
    });

    it('leaves it to the host when a paused stream goes on', async () => {
      const child = start(['sh', '-c', 'echo hello; echo ready >&2; read go']);
      const stdout = child.stdout as Readable;
      stdout.pause();
      const attaching = attach(monitor, child);
      const ready = once(child.stderr as Readable, 'data');
      const run = await attaching;
      await until(monitor, run, (task) => task.status === 'running');
      await ready;
      expect(stdout.isPaused()).toBe(true);
      const heard = once(stdout, 'data');
      stdout.resume();
      expect(String((await heard)[0])).toBe('hello\n');
      child.stdin?.end('go\n');
      expect((await run.finished).lastLine).toBe('hello');
    });

    it('leaves no listener behind but that for errors', async () => {
      const child = start(['echo', 'hello']);
      await (
        await attach(monitor, child)
      ).recorded;
      const streams = [child.stdout, child.stderr].map((stream) => stream?.listenerCount('data'));
      expect(streams).toEqual([0, 0]);
      expect(['exit', 'close'].map((event) => child.listenerCount(event))).toEqual([0, 0]);
      expect(child.listenerCount('error')).toBe(1);
    });

    it('loses nothing that comes while a slow store registers the task', async () => {
      const faults = new FaultStore(new MemoryStore());
      const slow = new TaskMonitor({ store: faults });
      faults.set('create', 'delay');
      const child = start(['sh', '-c', 'echo early; echo \'{"progress": 40}\'; exit 3']);
      const attaching = attach(slow, child);
      await once(child, 'close');
      faults.set('create', 'ok');
      faults.release();
      const run = await attaching;
      expect(await run.recorded).toMatchObject({
        error: { code: 'EXIT' },
        progress: { message: 'early', percent: 40 },
      });
      expect(await outputOf(slow, run)).toEqual(['early']);
      await slow.close();
    });

    it('reads on while nobody else does, however much comes', async () => {
      const run = await attach(
        monitor,
        start([
          'sh',
          '-c',
          "yes 'a line of a worker, with some more words' | head -c 20000000; echo; echo last",
        ]),
      );
      expect((await run.finished).lastLine).toBe('last');
      expect(await outputOf(monitor, run)).toHaveLength(200);
    });
  });

  describe('a child that ended before', () => {
    it('has a task that ends at once, as it did', async () => {
      const codes = [0, 3];
      const children = codes.map((code) => start(['sh', '-c', `exit ${code}`]));
      await Promise.all(children.map((child) => once(child, 'close')));
      const runs = await Promise.all(children.map((child) => attach(monitor, child)));
      const tasks = await Promise.all(runs.map((run) => run.recorded));
      expect(tasks.map((task) => [task.status, task.execution.process?.exitCode])).toEqual([
        ['completed', 0],
        ['failed', 3],
      ]);
      const killed = start(['sleep', '1000']);
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      const run = await attach(monitor, killed);
      expect((await run.recorded).execution.process).toMatchObject({ signal: 'SIGKILL' });
    });

    it("is not signalled any more: its number may be a stranger's", async () => {
      const child = start(['true'], { detached: true });
      await once(child, 'close');
      const stranger = start(['sleep', '1000'], { detached: true });
      strays.push(stranger.pid as number);
      Object.defineProperty(child, 'pid', { value: stranger.pid });
      const run = await attach(monitor, child, { signal: AbortSignal.abort() });
      expect((await run.recorded).status).toBe('completed');
      expect(isRunning(stranger.pid as number)).toBe(true);
    });
  });

  describe('a child that could not be started', () => {
    it('fails its task, and its error crashes nothing', async () => {
      const run = await attach(monitor, start(['no-such-program', '-x']));
      await expect(run.finished).rejects.toMatchObject({ code: 'SPAWN_FAILED' });
      expect(await run.recorded).toMatchObject({
        status: 'failed',
        command: ['no-such-program', '-x'],
        error: {
          code: 'SPAWN_FAILED',
          message:
            'Cannot start "no-such-program": there is no such program, no interpreter for it, or no such working directory (ENOENT).',
        },
        execution: { process: null },
      });
    });

    it('fails it also if that was told before', async () => {
      const child = start(['/etc/passwd']);
      await once(child, 'error');
      const run = await attach(monitor, child);
      expect((await run.recorded).error?.message).toBe(
        'Cannot start "/etc/passwd": it may not be executed, or not from that directory; check the permissions (chmod +x) (EACCES).',
      );
    });
  });

  it.each([
    ['ignored', 'ignore'],
    ['handed on', ['ignore', 'inherit', 'inherit']],
  ] as const)('does without output that is %s', async (_, stdio) => {
    const run = await attach(
      monitor,
      start(node('process.exit(3)'), { stdio: stdio as SpawnOptions['stdio'] }),
    );
    expect((await run.recorded).error?.message).toBe('Exited with code 3.');
    expect(await outputOf(monitor, run)).toEqual([]);
  });

  describe('stopping', () => {
    it('reaches the group that the child leads', async () => {
      const run = await attach(monitor, start(node(WITH_DESCENDANT), { detached: true }));
      const [, pids = ''] = await message(monitor, run, /^pids ([\d ]+)$/);
      await monitor.cancel(run.task.id);
      expect((await run.recorded).status).toBe('cancelled');
      expect(pids.split(' ').map(Number).filter(isRunning)).toEqual([]);
    });

    it('reaches a group that the child made later', async () => {
      const script = `
import os, subprocess, time
os.setsid()
print('pids', os.getpid(), subprocess.Popen(['sleep', '1000']).pid, flush=True)
time.sleep(1000)`;
      const run = await attach(monitor, start(python(script)));
      const [, pids = ''] = await message(monitor, run, /^pids ([\d ]+)$/);
      await monitor.cancel(run.task.id);
      await run.recorded;
      expect(pids.split(' ').map(Number).filter(isRunning)).toEqual([]);
    });

    it('reaches the child alone where it shares the group of this process', async () => {
      const other = start(node(ENDLESS));
      strays.push(other.pid as number);
      const run = await attach(monitor, start(node(WITH_DESCENDANT)));
      const [, pid, descendant] = await message(monitor, run, /^pids (\d+) (\d+)$/);
      strays.push(Number(descendant));
      // A signal later it would be SIGKILL, after five seconds.
      expect(await timed(monitor.cancel(run.task.id).then(() => run.recorded))).toBeLessThan(4_500);
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        execution: { process: { signal: 'SIGTERM' }, cancel: { forced: false } },
      });
      expect([pid, descendant, other.pid].map((one) => isRunning(Number(one)))).toEqual([
        false,
        true,
        true,
      ]);
    });

    it.each([true, false])('kills what ignores SIGTERM (leads a group: %j)', async (detached) => {
      const script = `trap '' TERM; echo deaf; while :; do sleep 0.1; done`;
      const clock = new FakeClock();
      const limited = new TaskMonitor({ clock });
      const run = await attach(limited, start(['sh', '-c', script], { detached }), {
        forceKillAfterMs: 200,
        timeoutMs: 1_000,
      });
      await message(limited, run, /deaf/);
      clock.advance(1_000);
      expect(await run.recorded).toMatchObject({
        status: 'failed',
        error: { code: 'TIMEOUT' },
        execution: { process: { signal: 'SIGKILL' } },
      });
      await limited.close();
    });

    it('stops a child whose signal had fired before', async () => {
      const child = start(node(ENDLESS));
      const run = await attach(monitor, child, { signal: AbortSignal.abort('never mind') });
      expect(await run.recorded).toMatchObject({
        status: 'cancelled',
        execution: { cancel: { reason: 'never mind' }, process: { signal: 'SIGTERM' } },
      });
      expect(isRunning(child.pid as number)).toBe(false);
    });

    it('stops a child whose task was cancelled before it was started', async () => {
      const faults = new FaultStore(new MemoryStore());
      const slow = new TaskMonitor({ store: faults });
      const child = start(node(ENDLESS));
      const exited = once(child, 'exit');
      faults.set('transition', 'delay');
      const run = await attach(slow, child);
      faults.set('transition', 'ok');
      await slow.cancel(run.task.id);
      faults.release();
      expect((await run.recorded).status).toBe('cancelled');
      expect((await exited)[1]).toBe('SIGTERM');
      await slow.close();
    });

    it('happens when the monitor closes', async () => {
      const child = start(node(ENDLESS));
      const run = await attach(monitor, child);
      await monitor.close();
      expect((await run.recorded).status).toBe('cancelled');
      expect(isRunning(child.pid as number)).toBe(false);
    });
  });

  it('waits for no place, and leaves the places to others', async () => {
    const single = new TaskMonitor({ concurrency: 1 });
    await single.run({}, ({ signal }) => once(signal, 'abort'));
    const run = await attach(single, start(['echo', 'hello']));
    expect((await run.recorded).status).toBe('completed');
    await single.close();
  });

  it('leaves a child alone that it cannot register', async () => {
    await monitor.register({ id: 'job-1' });
    const child = start(['sh', '-c', 'yes | head -c 1000000; exec sleep 1000']);
    strays.push(child.pid as number);
    await expect(attach(monitor, child, { id: 'job-1' })).rejects.toMatchObject({
      code: 'TASK_EXISTS',
    });
    expect(isRunning(child.pid as number)).toBe(true);
    expect(child.stdout?.listenerCount('data')).toBe(0);
  });

  it.each([
    [null, {}, 'Expected `child` to be a ChildProcess that `spawn` or `fork` returned, got null.'],
    [{ pid: 1 }, {}, 'Expected `child` to be a ChildProcess that `spawn` or `fork` returned'],
    [undefined, { cwd: '/tmp' }, 'attach has no option `cwd`. It knows `id`'],
    [undefined, { idempotencyKey: 'k' }, 'attach has no option `idempotencyKey`. It knows `id`'],
    [undefined, { underWay: false }, 'attach has no option `underWay`. It knows `id`'],
    [undefined, { forceKillAfterMs: -1 }, 'Expected `forceKillAfterMs` to be a number of'],
    [undefined, null, 'Expected the options of attach to be an object, got null.'],
  ])('refuses %j with %j', async (child, options, text) => {
    const given = child === undefined ? start(['true']) : (child as ChildProcess);
    await expect(attach(monitor, given, options as never)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining(text) as string,
    });
    expect(await monitor.count()).toBe(0);
  });
});

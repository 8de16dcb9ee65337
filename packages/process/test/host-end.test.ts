import { isRunning, timed } from './fixture.js';
import { startProgram } from './program.js';

/** Starts three commands with a descendant each, one of which ignores SIGTERM, and prints all their numbers. */
const HOST = `
  import { closeOnSignals, TaskMonitor } from '@task-monitor/core';
  import { attach, runCommand } from '../src/index.ts';
  import { spawn } from 'node:child_process';
  const before = process.listenerCount('exit');
  const monitor = new TaskMonitor();
  const line = async (run) => {
    for await (const event of monitor.watch({ taskId: run.task.id }))
      if ('task' in event && /\\d/.test(event.task.progress?.message ?? '')) return event.task.progress.message;
  };
  const scripts = ['sleep 1000 & echo $$ $!; wait', "trap '' TERM; sleep 1000 & echo $$ $!; while :; do sleep 1; done", 'sleep 1000 & echo $$ $!; wait'];
  const runs = await Promise.all(scripts.map((script) => runCommand(monitor, ['sh', '-c', script])));
  const pids = (await Promise.all(runs.map(line))).join(' ');
  const ready = () => console.log('pids ' + pids + ';');
`;

const pidsIn = ([, pids = '']: readonly string[]): number[] => pids.split(' ').map(Number);

/** Resolves when none of them lives any more. Their end reaches nobody: their parent is gone. */
async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('when the process of the monitor ends, its commands end', () => {
  it.each([
    ['by process.exit()', 'ready(); process.exit(3);', { code: 3, stderr: '' }],
    [
      'by process.exit() inside of a task',
      'await monitor.run({}, () => { ready(); process.exit(4); });',
      { code: 4, stderr: '' },
    ],
    [
      'by an uncaught error',
      `ready(); setTimeout(() => { throw new Error('torn'); });`,
      { code: 1, stderr: expect.stringContaining('Error: torn') as string },
    ],
    [
      'by an unhandled rejection',
      `ready(); void Promise.reject(new Error('torn'));`,
      { code: 1, stderr: expect.stringContaining('Error: torn') as string },
    ],
  ])('%s', async (_, end, expected) => {
    const program = startProgram(HOST + end);
    const pids = pidsIn(await program.printed(/^pids ([\d ]+);$/m));
    expect(await program.ended).toMatchObject(expected);
    expect(pids).toHaveLength(6);
    expect(await timed(gone(pids))).toBeLessThan(10_000);
  });

  it('with closeOnSignals by SIGTERM, and all of them have tasks that say so', async () => {
    const program = startProgram(`${HOST}
      closeOnSignals(monitor, { graceMs: 60_000 });
      const ends = [];
      for (const run of runs) void run.recorded.then(({ status, execution: { cancel, process: { signal } } }) => ends.push([status, cancel.reason, cancel.forced, signal]));
      process.on('exit', () => console.log(JSON.stringify(ends)));
      ready();`);
    const pids = pidsIn(await program.printed(/^pids ([\d ]+);$/m));
    process.kill(program.pid, 'SIGTERM');
    let end: Awaited<typeof program.ended> | undefined;
    const took = await timed(program.ended.then((ended) => (end = ended)));
    expect(pids.filter(isRunning)).toEqual([]);
    // One is killed after five seconds, and the grace of the others is not waited for.
    expect(took).toBeLessThan(55_000);
    expect(end).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(JSON.parse(end?.stdout.trim().split('\n').at(-1) ?? '')).toEqual([
      ['cancelled', 'SHUTDOWN', false, 'SIGTERM'],
      ['cancelled', 'SHUTDOWN', false, 'SIGTERM'],
      ['cancelled', 'SHUTDOWN', false, 'SIGKILL'],
    ]);
  });

  it('by kill -9, where they watch their standard input', async () => {
    const program = startProgram(`
      import { TaskMonitor } from '@task-monitor/core';
      import { runCommand } from '../src/index.ts';
      const monitor = new TaskMonitor();
      const worker = \`
import os, signal, subprocess, sys, threading, time

def end_with_parent():
    sys.stdin.buffer.read()  # Ends when the parent is gone.
    os.killpg(0, signal.SIGKILL)

threading.Thread(target=end_with_parent, daemon=True).start()
print('pids', os.getpid(), subprocess.Popen(['sleep', '1000'], stdin=subprocess.DEVNULL).pid)
while True: time.sleep(1000)\`;
      const run = await runCommand(monitor, ['python3', '-c', worker], { keepInputOpen: true });
      for await (const event of monitor.watch({ taskId: run.task.id })) {
        const { execution, progress } = event.task;
        if (!progress?.message) continue;
        console.log(progress.message + '; found by', execution.owner.host, execution.process.pid);
      }`);
    const [, own, descendant, found] = await program.printed(
      /^pids (\d+) (\d+); found by \S+ (\d+)$/m,
    );
    expect(found).toBe(own);
    const pids = [Number(own), Number(descendant)];
    expect(pids.filter(isRunning)).toEqual(pids);
    process.kill(program.pid, 'SIGKILL');
    expect((await program.ended).signal).toBe('SIGKILL');
    expect(await timed(gone(pids))).toBeLessThan(10_000);
  });

  it('but not those that the host started itself', async () => {
    const program = startProgram(`${HOST}
      const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
      const run = await attach(monitor, child);
      console.log('own ' + child.pid + ';');
      process.exit();`);
    const [, own] = await program.printed(/^own (\d+);$/m);
    await program.ended;
    expect(isRunning(Number(own))).toBe(true);
    process.kill(Number(own), 'SIGKILL');
  });
});

describe('the listener for the exit of the process', () => {
  it('is there only while commands run, once for all of them', async () => {
    const program = startProgram(`${HOST}
      const during = process.listenerCount('exit');
      await monitor.close();
      console.log(JSON.stringify([during - before, process.listenerCount('exit') - before]));`);
    expect(JSON.parse((await program.ended).stdout)).toEqual([1, 0]);
  });
});

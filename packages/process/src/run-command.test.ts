import { TaskMonitor } from '@task-monitor/core';
import { message, node, outputOf } from '../test/fixture.js';
import { runCommand } from './run-command.js';

describe('runCommand', () => {
  let monitor: TaskMonitor;
  beforeEach(() => {
    monitor = new TaskMonitor();
  });
  afterEach(() => monitor.close());

  it('tracks a command from its registration to its end', async () => {
    const run = await runCommand(monitor, ['echo', 'hello'], {
      id: 'job-1',
      type: 'greeting',
      name: 'Says hello',
      tags: ['a'],
      metadata: { videos: ['v1'] },
    });
    expect(run.task).toMatchObject({
      id: 'job-1',
      type: 'greeting',
      name: 'Says hello',
      tags: ['a'],
      metadata: { videos: ['v1'] },
      command: ['echo', 'hello'],
    });
    expect(await run.finished).toEqual({ exitCode: 0, signal: null, lastLine: 'hello' });
    expect(await run.recorded).toMatchObject({
      status: 'completed',
      metadata: { videos: ['v1'] },
      progress: { message: 'hello' },
      result: { exitCode: 0, signal: null, lastLine: 'hello' },
      error: null,
      execution: { driver: 'runner', process: { pid: expect.any(Number) as number, exitCode: 0 } },
    });
    expect(await outputOf(monitor, run)).toEqual(['hello']);
  });

  it('tells the process id while the command runs', async () => {
    const run = await runCommand(monitor, ['sh', '-c', 'echo I am $$; exec sleep 1000']);
    const [, pid] = await message(monitor, run, /^I am (\d+)$/);
    expect((await monitor.get(run.task.id)).execution.process).toEqual({
      pid: Number(pid),
      startedAt: expect.any(Number),
      exitCode: null,
      signal: null,
      cpuMs: null,
      peakMemoryBytes: null,
    });
    await monitor.cancel(run.task.id);
    expect((await run.recorded).execution.process).toMatchObject({
      pid: Number(pid),
      exitCode: null,
      signal: 'SIGTERM',
    });
  });

  it.each([1, 3, 255])('fails the task when the command exits with %d', async (code) => {
    const run = await runCommand(monitor, [
      'sh',
      '-c',
      `echo out; echo first >&2; echo why >&2; exit ${code}`,
    ]);
    await expect(run.finished).rejects.toMatchObject({ name: 'TaskFailedError', code: 'EXIT' });
    expect(await run.recorded).toMatchObject({
      status: 'failed',
      result: null,
      error: { code: 'EXIT', message: `Exited with code ${code}: first\nwhy`, stack: null },
      execution: { process: { exitCode: code, signal: null } },
    });
  });

  it.each(['SIGSEGV', 'SIGABRT', 'SIGTERM', 'SIGHUP'])(
    'fails the task when %s killed it',
    async (signal) => {
      const run = await runCommand(monitor, [
        'sh',
        '-c',
        `echo why >&2; kill -${signal.slice(3)} $$`,
      ]);
      await expect(run.finished).rejects.toMatchObject({ code: 'SIGNAL' });
      expect(await run.recorded).toMatchObject({
        status: 'failed',
        error: { code: 'SIGNAL', message: `Killed by ${signal}: why` },
        execution: { process: { exitCode: null, signal } },
      });
    },
  );

  it('explains a failure by the last ten lines of standard error, as plain text', async () => {
    const script = `
      for (let i = 1; i <= 30; i++) console.error('\\u001b[31mline ' + i + '\\u001b[0m\\n');
      process.exitCode = 1;`;
    const run = await runCommand(monitor, node(script));
    const lines = Array.from({ length: 10 }, (_, index) => `line ${index + 21}`);
    expect((await run.recorded).error?.message).toBe(`Exited with code 1: ${lines.join('\n')}`);
  });

  it('leaves the banner of ffmpeg out of the explanation, but not out of the output', async () => {
    const script = `cat >&2 <<'END'
ffmpeg version 7.1-3 Copyright (c) 2000-2024 the FFmpeg developers
  built with gcc 14 (Debian 14.2.0-17)
  configuration: --prefix=/usr --enable-gpl
  libavutil      59. 39.100 / 59. 39.100
  libpostproc    58.  3.100 / 58.  3.100
in.mkv: No such file or directory
  libavutil      59. 39.100 / 59. 39.100
END
exit 1`;
    const run = await runCommand(monitor, ['sh', '-c', script]);
    expect((await run.recorded).error?.message).toBe(
      'Exited with code 1: in.mkv: No such file or directory\n  libavutil      59. 39.100 / 59. 39.100',
    );
    expect(await outputOf(monitor, run, 'stderr')).toHaveLength(7);
  });

  it('bounds the explanation', async () => {
    const script = `console.error('first\\n' + 'é'.repeat(100_000) + '\\nlast'); process.exitCode = 1`;
    const run = await runCommand(monitor, node(script));
    const text = (await run.recorded).error?.message ?? '';
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_192);
    expect(text).toBe('Exited with code 1: last');
  });

  it('runs a command once for the same idempotency key', async () => {
    const first = await runCommand(monitor, ['echo', 'one'], { idempotencyKey: 'k' });
    await first.finished;
    const second = await runCommand(monitor, ['echo', 'two'], { idempotencyKey: 'k' });
    expect(second.task.id).toBe(first.task.id);
    expect((await second.recorded).progress?.message).toBe('one');
  });

  it('belongs to the task it is called in', async () => {
    const parent = await monitor.run(
      {},
      async () => (await runCommand(monitor, ['true'])).recorded,
    );
    const child = await parent.finished;
    expect(child.execution.parent?.id).toBe(parent.task.id);
  });

  it('waits for a place as every other work', async () => {
    const single = new TaskMonitor({ concurrency: 1 });
    const first = await runCommand(single, node('console.log("up"); setInterval(() => {}, 1e6)'));
    await message(single, first, /up/);
    const second = await runCommand(single, ['echo', 'second']);
    expect((await single.get(second.task.id)).status).toBe('pending');
    await single.cancel(first.task.id);
    expect((await second.recorded).status).toBe('completed');
    await single.close();
  });
});

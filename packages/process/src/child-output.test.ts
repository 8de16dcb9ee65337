import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { TaskMonitor } from '@task-monitor/core';
import fc from 'fast-check';
import { node, outputOf, python, until } from '../test/fixture.js';
import { ChildOutput } from './child-output.js';
import { runCommand } from './run-command.js';

describe('the output of a command', () => {
  let monitor: TaskMonitor;
  beforeEach(() => {
    monitor = new TaskMonitor();
  });
  afterEach(() => monitor.close());

  const finish = async (script: string) => {
    const run = await runCommand(monitor, node(script));
    await run.recorded;
    return run;
  };

  it('is kept line by line, with its stream', async () => {
    const run = await runCommand(monitor, [
      'sh',
      '-c',
      'echo one; echo; echo two; echo problem >&2; printf end',
    ]);
    const task = await run.recorded;
    expect(await outputOf(monitor, run)).toEqual(['one', '', 'two', 'end']);
    expect(await outputOf(monitor, run, 'stderr')).toEqual(['problem']);
    expect(task.progress?.message).toBe('end');
  });

  it('can be followed while the command runs', async () => {
    const run = await runCommand(monitor, python(`print('first'); input()`), { input: '' });
    const events = monitor.watch({ taskId: run.task.id });
    const seen: string[] = [];
    for await (const event of events) {
      if (event.type === 'task.output') seen.push(...event.lines.map((line) => line.text));
    }
    expect(seen[0]).toBe('first');
  });

  it('is plain text, whatever bytes come', async () => {
    const run = await finish(`
      process.stdout.write('\\u001b[32mgreen\\u001b[0m \\u001b]0;title\\u0007text\\n');
      process.stdout.write(Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a, 0x63, 0x00, 0x64, 0x0a]));
      process.stdout.write('\\u001b[2K\\n');`);
    expect(await outputOf(monitor, run)).toEqual(['green text', 'a\ufffd\ufffdb', 'cd', '']);
    expect((await run.finished).lastLine).toBe('cd');
  });

  it('has no secrets, not even in the last line, the message or the explanation of a failure', async () => {
    const key = ['-----BEGIN PRIVATE KEY-----', 'CANARY'.repeat(10), 'CANARY=='];
    const run = await finish(`
      console.error('Authorization: Bearer CANARY1234567890'); console.log('x'.repeat(2030) + ' token=CANARY1234567890');
      for (const line of ${JSON.stringify(key)}) { console.log(line); console.error(line); }
      process.exitCode = 3;`);
    const task = await run.recorded;
    const output = await monitor.output(task.id);
    expect(output.lines).toHaveLength(8);
    expect(JSON.stringify([{ ...task, command: [] }, output])).not.toContain('CANARY');
    expect(task.progress?.message).toBe('[Redacted]');
    const ended = await finish(`console.log('x'.repeat(2030) + ' token=CANARY1234567890')`);
    expect((await ended.finished).lastLine).toBe(`${'x'.repeat(2_030)}…`);
  });

  it('keeps the last 200 lines', async () => {
    const run = await finish(`for (let i = 1; i <= 5000; i++) console.log('line ' + i)`);
    const lines = await outputOf(monitor, run);
    expect(lines).toHaveLength(200);
    expect([lines[0], lines.at(-1)]).toEqual(['line 4801', 'line 5000']);
    expect((await run.recorded).progress?.message).toBe('line 5000');
  });

  it('keeps the beginning of a line that is too long, and the lines around it', async () => {
    const run = await finish(`
      console.log('before'); console.log('x'.repeat(100_000)); console.log('after');`);
    const lines = await outputOf(monitor, run);
    expect(lines).toEqual([
      'before',
      expect.stringMatching(/^x{16000,}… \[line cut at 16 KB\]$/),
      'after',
    ]);
  });

  it('cuts a message', async () => {
    const run = await finish(`console.log('é'.repeat(5000))`);
    const { progress } = await run.recorded;
    expect(progress?.message).toMatch(/^é+…$/);
    expect(Buffer.byteLength(progress?.message ?? '')).toBeLessThanOrEqual(2_048);
  });

  describe('as progress', () => {
    it('is read from progress lines, which are not kept as output', async () => {
      const run = await finish(`
        console.log('{"progress": {"current": 12, "total": 80, "unit": "segments"}}');
        console.log('embedding');`);
      expect((await run.recorded).progress).toMatchObject({
        message: 'embedding',
        current: 12,
        total: 80,
        unit: 'segments',
        percent: 15,
      });
      expect(await outputOf(monitor, run)).toEqual(['embedding']);
    });

    it('is an ordinary line where its shape is wrong', async () => {
      const run = await finish(`
        console.log('{"progress": 400}');
        console.log('{"progress": {"current": -1}}');`);
      const { status, progress } = await run.recorded;
      expect(status).toBe('completed');
      expect(progress).toMatchObject({ message: '{"progress": {"current": -1}}', percent: null });
      expect(await outputOf(monitor, run)).toHaveLength(2);
    });

    it('is read from standard error too, and explains no failure there', async () => {
      const run = await finish(`
        console.error('{"progress": 40}');
        console.error('no space left');
        console.error('{"progress": 50}');
        process.exitCode = 3;`);
      expect(await run.recorded).toMatchObject({
        progress: { message: null, percent: 50 },
        error: { message: 'Exited with code 3: no space left' },
      });
      expect(await outputOf(monitor, run, 'stderr')).toEqual(['no space left']);
    });

    it('stays in the output where a line of JSON says more, but is no message', async () => {
      const lines = ['started', '{"level":"error","msg":"disk full","progress":45}'];
      const run = await finish(`
        for (const line of ${JSON.stringify(lines)}) { console.log(line); console.error(line); }
        process.exitCode = 3;`);
      expect(await run.recorded).toMatchObject({
        progress: { message: 'started', percent: 45 },
        error: { message: `Exited with code 3: ${lines.join('\n')}` },
      });
      expect(await outputOf(monitor, run)).toEqual(lines);
      expect(await outputOf(monitor, run, 'stderr')).toEqual(lines);
    });

    it('leaves a line that is only guessed to be progress where it is', async () => {
      const run = await finish(`
        console.log('[1/4] Reading pages');
        console.log('[2/4] Embedding pages');`);
      expect((await run.recorded).progress).toMatchObject({
        message: 'Embedding pages',
        current: 2,
        total: 4,
        percent: 50,
      });
      expect(await outputOf(monitor, run)).toEqual([
        '[1/4] Reading pages',
        '[2/4] Embedding pages',
      ]);
    });

    it.each(['none', false] as const)(
      'is not looked for when `progress` is %p',
      async (progress) => {
        const lines = ['{"progress": 40}', '[2/4] Embedding pages', ' 45%'];
        const script = `${JSON.stringify(lines)}.forEach((line) => console.log(line))`;
        const run = await runCommand(monitor, node(script), { progress });
        expect((await run.recorded).progress).toMatchObject({ message: ' 45%', percent: null });
        expect(await outputOf(monitor, run)).toEqual(lines);
      },
    );

    it('counts only for its own task, and can do nothing but report', async () => {
      const victim = await monitor.register({ id: 'victim-1' });
      await monitor.start(victim.id);
      const lines = [
        { complete: 'victim-1' },
        { complete: true },
        { id: 'victim-1', status: 'completed' },
        { id: 'victim-1', progress: 99 },
        { progress: { id: 'victim-1', status: 'completed', percent: 50 } },
        { fail: true },
        { cancel: true },
      ].map((line) => JSON.stringify(line));
      const run = await finish(`${JSON.stringify(lines)}.forEach((line) => console.log(line))`);
      expect(await run.recorded).toMatchObject({ status: 'completed', progress: { percent: 50 } });
      expect(await monitor.get(victim.id)).toMatchObject({ status: 'running', progress: null });
    });

    it('comes at most ten times a second, and its last is never lost', async () => {
      const changes: number[] = [];
      const run = await runCommand(
        monitor,
        node(`
          let percent = 0;
          const report = () => console.log(JSON.stringify({ progress: ++percent / 2 }));
          const alive = setInterval(() => {}, 1e6);
          process.once('SIGUSR2', () => {
            clearInterval(alive);
            const timer = setInterval(() => {
              report();
              if (percent === 150) clearInterval(timer);
            }, 5);
          });
          report();`),
      );
      for await (const event of monitor.watch({ taskId: run.task.id })) {
        if (event.type !== 'task.progress' || !event.task.progress) continue;
        // The first was told: the others begin.
        if (changes.length === 0)
          process.kill(event.task.execution.process?.pid as number, 'SIGUSR2');
        changes.push(event.task.progress.updatedAt);
      }
      const task = await run.recorded;
      expect(task.progress?.percent).toBe(75);
      const seconds = ((task.completedAt ?? 0) - (changes[0] ?? 0)) / 1_000;
      const times = new Set(changes).size;
      expect(times).toBeGreaterThan(1);
      expect(times).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 2);
    });

    it('is whatever bytes come, and never an error', async () => {
      const lines = fc.array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.jsonValue().map((progress) => JSON.stringify({ progress })),
          fc
            .record(
              {
                message: fc.option(fc.string()),
                unit: fc.string({ maxLength: 300 }),
                current: fc.double({ min: -1, max: 200, noNaN: true }),
                total: fc.option(fc.integer({ min: -1, max: 200 })),
                percent: fc.double({ min: -1, max: 110, noNaN: true }),
              },
              { requiredKeys: [] },
            )
            .map((progress) => JSON.stringify({ progress })),
        ),
      );
      const run = await monitor.run({}, (context) =>
        fc.assert(
          fc.asyncProperty(lines, fc.integer({ min: 1, max: 50 }), async (texts, size) => {
            const output = new ChildOutput(context, []);
            const stdout = new PassThrough();
            output.read({ stdout, stderr: null });
            const bytes = Buffer.from(texts.join('\n'));
            for (let at = 0; at < bytes.length; at += size)
              stdout.write(bytes.subarray(at, at + size));
            stdout.end();
            await once(stdout, 'close');
            await output.end();
          }),
          { numRuns: 300 },
        ),
      );
      await run.finished;
    });

    it('comes at once from Python, which else would hold it back', async () => {
      const run = await runCommand(
        monitor,
        python(`
import time
print('{"progress": 30}')
time.sleep(1000)`),
      );
      // Held back, it would come when the program ends.
      await until(monitor, run, ({ progress }) => progress?.percent === 30);
      await monitor.cancel(run.task.id);
      await run.recorded;
    });

    it('follows a progress bar that is redrawn with carriage returns', async () => {
      const run = await runCommand(
        monitor,
        node(
          `process.stdout.write('\\r 50%'); process.stdout.write('\\r 51%\\r'); setInterval(() => {}, 1e6)`,
        ),
      );
      await until(monitor, run, ({ progress }) => progress?.percent === 51);
      expect(await outputOf(monitor, run)).toEqual([]);
      await monitor.cancel(run.task.id);
      await run.recorded;
    });
  });
});

import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TaskMonitor } from '@task-monitor/core';
import { message, node, outputOf } from '../test/fixture.js';
import { startProgram } from '../test/program.js';
import type { RunCommandOptions } from './command-options.js';
import { runCommand } from './run-command.js';
import { startChild } from './start-child.js';

describe('starting a command', () => {
  let monitor: TaskMonitor;
  let folder: string;
  beforeEach(() => {
    monitor = new TaskMonitor();
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'task-monitor-')));
  });
  afterEach(async () => {
    await monitor.close();
    rmSync(folder, { recursive: true });
  });

  const file = (name: string, content: string, mode = 0o755): string => {
    const place = path.join(folder, name);
    writeFileSync(place, content);
    chmodSync(place, mode);
    return place;
  };

  const failureOf = async (command: string[], options?: RunCommandOptions): Promise<string> => {
    const run = await runCommand(monitor, command, options);
    await expect(run.finished).rejects.toMatchObject({ code: 'SPAWN_FAILED' });
    const { status, error, execution } = await run.recorded;
    expect({ status, code: error?.code, stack: error?.stack }).toEqual({
      status: 'failed',
      code: 'SPAWN_FAILED',
      stack: null,
    });
    expect(execution.process).toBeNull();
    return error?.message ?? '';
  };

  describe('that cannot be started fails the task', () => {
    it('when no such program is in the PATH', async () => {
      expect(await failureOf(['no-such-program', '-x'])).toBe(
        'Cannot start "no-such-program": no such program is in the PATH; install it, correct the name or give the full path (ENOENT).',
      );
    });

    it('when there is no such file', async () => {
      expect(await failureOf([`${folder}/nothing`])).toBe(
        `Cannot start "${folder}/nothing": there is no such file (ENOENT).`,
      );
      expect(await failureOf(['./nothing'], { cwd: folder })).toContain('there is no such file');
    });

    it('when the interpreter of a script does not exist', async () => {
      const script = file('script', '#!/no/such/interpreter\n');
      const why = 'the interpreter named in its first line does not exist (ENOENT)';
      expect(await failureOf([script])).toContain(why);
      expect(await failureOf(['./script'], { cwd: folder })).toContain(why);
    });

    it('when the file may not be executed', async () => {
      expect(await failureOf([file('data', 'text', 0o644)])).toContain(
        'it may not be executed, or not from that directory; check the permissions (chmod +x) (EACCES)',
      );
    });

    it('when the program is a directory', async () => {
      expect(await failureOf([folder])).toContain('it is a directory (EACCES)');
    });

    it('when the working directory does not exist', async () => {
      expect(await failureOf(['true'], { cwd: `${folder}/nothing` })).toBe(
        `Cannot start "true": its working directory "${folder}/nothing" does not exist (ENOENT).`,
      );
    });

    it('when the working directory is a file', async () => {
      const cwd = file('data', 'text');
      expect(await failureOf(['true'], { cwd })).toBe(
        `Cannot start "true": its working directory "${cwd}" is not a directory (ENOTDIR).`,
      );
    });

    it('when the environment is too large', async () => {
      expect(await failureOf(['true'], { env: { LARGE: 'x'.repeat(200_000) } })).toBe(
        'Cannot start "true": its arguments and environment are larger than the system allows; pass large data by `input` or a file (E2BIG).',
      );
    });

    it('when there are too many processes', async () => {
      const host = startProgram(`
        import { execFileSync } from 'node:child_process';
        import { TaskMonitor } from '@task-monitor/core';
        import { attach, runCommand } from '../src/index.ts';
        import { spawn } from 'node:child_process';
        const monitor = new TaskMonitor();
        // The limit does not hold for root.
        execFileSync('/usr/bin/prlimit', ['--pid=' + process.pid, '--nproc=1:1']);
        if (process.getuid() === 0) process.setuid(65534);
        const runs = [await runCommand(monitor, ['/bin/true']), await attach(monitor, spawn('/bin/true'))];
        for (const run of runs) console.log((await run.recorded).error.message);
      `);
      const why =
        'Cannot start "/bin/true": there are too many processes; run fewer at once or raise the limit (ulimit -u) (EAGAIN).';
      expect(await host.ended).toMatchObject({ code: 0, stderr: '', stdout: `${why}\n${why}\n` });
    });

    it('when the command is empty', async () => {
      const why = 'the command is empty; its first element is the program.';
      expect(await failureOf([])).toBe(`Cannot start "": ${why}`);
      expect(await failureOf(['', 'x'])).toBe(`Cannot start "": ${why}`);
    });

    it('when anything contains a NUL character', async () => {
      expect(await failureOf(['echo', 'a', 'b\0c'])).toContain(
        'argument 2 contains a NUL character',
      );
      expect(await failureOf(['ec\0ho'])).toContain('the program contains a NUL character');
      expect(await failureOf(['echo'], { cwd: 'a\0b' })).toContain(
        'the working directory contains a NUL character',
      );
      const message = await failureOf(['echo'], { env: { TOKEN: 'secret\0' } });
      expect(message).toContain('the environment variable "TOKEN" contains a NUL character');
      expect(message).not.toContain('secret');
    });

    it('when it is a batch file on Windows', async () => {
      const settings = {
        cwd: undefined,
        env: undefined,
        inheritEnv: true,
        input: undefined,
        keepInputOpen: false,
        inheritInput: false,
        stopSignal: 'SIGTERM' as const,
        forceKillAfterMs: 0,
        progress: false as const,
      };
      for (const name of ['a.bat', 'a.CMD', 'a.cmd ', 'C:\\x\\a.bat.']) {
        await expect(startChild([name], settings, 'win32')).rejects.toMatchObject({
          code: 'SPAWN_FAILED',
          message: expect.stringContaining('batch files need a shell') as string,
        });
      }
    });
  });

  it('gives arguments as they are, and executes nothing in them', async () => {
    const hostile = [
      `; touch ${folder}/a`,
      `$(touch ${folder}/b)`,
      `\`touch ${folder}/c\``,
      `&& touch ${folder}/d`,
      `| tee ${folder}/e`,
      `' " \\ * ? ~ %PATH% $HOME`,
      '--help',
      'new\nline',
      '',
      '日本語 👩‍💻',
    ];
    const command = node('console.log(JSON.stringify(process.argv.slice(1)))', '--', ...hostile);
    const run = await runCommand(monitor, command);
    const { lastLine } = await run.finished;
    expect(JSON.parse(lastLine ?? '')).toEqual(hostile);
    expect((await run.recorded).command).toEqual(command);
    expect(await failureOf([`true; touch ${folder}/f`])).toContain('ENOENT');
    mkdirSync(path.join(folder, 'only'));
    const list = await runCommand(monitor, ['ls', folder]);
    await list.finished;
    expect(await outputOf(monitor, list)).toEqual(['only']);
  });

  it('runs in its working directory', async () => {
    const run = await runCommand(monitor, ['pwd'], { cwd: folder });
    expect((await run.finished).lastLine).toBe(folder);
  });

  it('gives the environment, which is never stored', async () => {
    const script = 'console.log(JSON.stringify(process.env))';
    const given = await runCommand(monitor, node(script), { env: { CANARY: 'c4n4ry' } });
    await given.finished;
    const [line] = await outputOf(monitor, given);
    expect(JSON.parse(line ?? '')).toMatchObject({
      CANARY: 'c4n4ry',
      PATH: process.env.PATH,
      PYTHONUNBUFFERED: '1',
    });

    const alone = await runCommand(monitor, node(script), { env: { A: '1' }, inheritEnv: false });
    expect(JSON.parse((await alone.finished).lastLine ?? '')).toEqual({
      A: '1',
      PYTHONUNBUFFERED: '1',
    });

    const silent = await runCommand(monitor, ['true'], { env: { CANARY: 'c4n4ry' } });
    expect(JSON.stringify(await silent.recorded)).not.toContain('c4n4ry');
  });

  describe('standard input', () => {
    it('is at its end by default', async () => {
      const run = await runCommand(monitor, ['cat']);
      expect(await run.finished).toEqual({ exitCode: 0, signal: null, lastLine: null });
    });

    it.each(['text é\n', Buffer.from('text é\n')])('is what was given: %j', async (input) => {
      const run = await runCommand(monitor, ['cat'], { input });
      expect((await run.finished).lastLine).toBe('text é');
    });

    it('stays open where that is wanted', async () => {
      const run = await runCommand(monitor, ['sh', '-c', 'read line; echo "$line"; cat'], {
        input: 'text\n',
        keepInputOpen: true,
      });
      await message(monitor, run, /^text$/);
      await monitor.cancel(run.task.id);
      expect((await run.recorded).status).toBe('cancelled');
    });

    it('is that of this process where that is wanted', async () => {
      const host = startProgram(`
        import { TaskMonitor } from '@task-monitor/core';
        import { runCommand } from '../src/index.ts';
        const monitor = new TaskMonitor();
        const run = await runCommand(monitor, ['sh', '-c', 'read a; read b; echo "$b $a"'], { inheritInput: true });
        console.log((await run.finished).lastLine);
        await monitor.close();`);
      host.input.end('one\ntwo\n');
      expect(await host.ended).toMatchObject({ code: 0, stdout: 'two one\n' });
    });

    it('may stay unread', async () => {
      const input = Buffer.alloc(4_000_000, 'x');
      for (const command of [['true'], ['sh', '-c', 'exec 0<&-; echo closed']]) {
        const run = await runCommand(monitor, command, { input });
        expect((await run.recorded).status).toBe('completed');
      }
    });
  });
});

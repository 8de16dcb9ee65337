import { spawn } from 'node:child_process';
import { TaskMonitor } from '@task-monitor/core';
import { attach } from './attach.js';
import type { RunCommandOptions } from './command-options.js';
import { runCommand } from './run-command.js';

describe('options of runCommand', () => {
  let monitor: TaskMonitor;
  beforeEach(() => {
    monitor = new TaskMonitor();
  });
  afterEach(() => monitor.close());

  const attempt = (command: unknown, options?: unknown) =>
    runCommand(monitor, command as string[], options as RunCommandOptions);

  it.each([
    [{ cwd: 3 }, 'Expected `cwd` to be the path of a directory, got 3 (number).'],
    [{ cwd: '' }, 'Expected `cwd` to be the path of a directory, got "" (string).'],
    [{ env: { A: 1 } }, 'Expected `env` to be an object of strings, got an object.'],
    [{ env: ['A'] }, 'Expected `env` to be an object of strings, got an array.'],
    [{ inheritEnv: 'no' }, 'Expected `inheritEnv` to be true or false, got "no" (string).'],
    [{ keepInputOpen: 1 }, 'Expected `keepInputOpen` to be true or false, got 1 (number).'],
    [{ inheritInput: 'no' }, 'Expected `inheritInput` to be true or false, got "no" (string).'],
    [
      { inheritInput: true, input: 'a' },
      'Expected `inheritInput` to be left out beside `input` and `keepInputOpen`, got true (boolean).',
    ],
    [{ inheritInput: true, keepInputOpen: true }, 'Expected `inheritInput` to be left out beside'],
    [
      { stopSignal: 'SIGKILL' },
      'Expected `stopSignal` to be "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2" or a function that answers with one, got "SIGKILL" (string).',
    ],
    [{ input: 5 }, 'Expected `input` to be a string or a Uint8Array, got 5 (number).'],
    [
      { forceKillAfterMs: '5s' },
      'Expected `forceKillAfterMs` to be a number of milliseconds from 0 to 2^31 − 1, got "5s" (string).',
    ],
    [
      { forceKillAfterMs: 2 ** 31 },
      'Expected `forceKillAfterMs` to be a number of milliseconds from 0 to 2^31 − 1, got 2147483648 (number).',
    ],
    [{ progress: 'tdqm' }, '(did you mean "tqdm"?), got "tdqm" (string).'],
    [
      { progress: ['json', 'ytdlp'] },
      ', not "ytdlp" (string) among others (did you mean "yt-dlp"?), got an array.',
    ],
    [{ progress: ['tqdm', 5] }, 'or a function, not 5 (number) among others, got an array.'],
    [
      { progress: ['auto'] },
      'Expected `progress` to be "auto", "none", false, one or an array of "json", "tqdm"',
    ],
    [{ progress: [] }, 'or a function, got an array.'],
    [{ progress: true }, 'or a function, got true (boolean).'],
    [{ progress: null }, 'or a function, got null.'],
    [{ cdw: '/tmp' }, 'runCommand has no option `cdw`. Did you mean `cwd`?'],
    [{ timeout: 5 }, 'runCommand has no option `timeout`. Did you mean `timeoutMs`?'],
    [{ encoding: 'utf8' }, 'runCommand has no option `encoding`. It knows `id`'],
    [{ command: ['ls'] }, 'runCommand has no option `command`. It knows `id`'],
    [
      { shell: true },
      "Expected `shell` to be left out: commands never run in a shell; where you need one, run ['sh', '-c', script], got true",
    ],
    [null, 'Expected the options of runCommand to be an object, got null.'],
  ])('refuses %j', async (options, message) => {
    await expect(attempt(['true'], options)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining(message) as string,
    });
  });

  it.each([{ timeoutMs: '7d' }, { timeoutMs: -1 }, { name: 5 }, { id: 'no digit' }])(
    'leaves the refusal of %j to the monitor',
    async (options) => {
      await expect(attempt(['true'], options)).rejects.toMatchObject({
        code: expect.stringMatching(/^INVALID_/) as string,
      });
    },
  );

  it.each([['ls -la'], [undefined], [[1]], [[['ls']]]])(
    'refuses the command %j',
    async (command) => {
      await expect(attempt(command)).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: expect.stringContaining('Expected `command` to be an array of strings') as string,
      });
    },
  );

  it.each([[{}], [null], [undefined], [{ run: true }]])('refuses the monitor %j', async (value) => {
    const refusal = {
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('Expected `monitor` to be a TaskMonitor, got') as string,
    };
    await expect(runCommand(value as TaskMonitor, ['ls'])).rejects.toMatchObject(refusal);
    const child = spawn('true');
    await expect(attach(value as TaskMonitor, child)).rejects.toMatchObject(refusal);
    expect(child.listenerCount('exit')).toBe(0);
  });

  it('names no variable of a refused environment', async () => {
    const refusal = await attempt(['true'], { env: { TOKEN: 'secret', A: 1 } }).catch(String);
    expect(refusal).not.toMatch(/secret|TOKEN/);
  });

  it('registers nothing it refused', async () => {
    await attempt(['true'], { shell: true }).catch(() => {});
    expect(await monitor.count()).toBe(0);
  });

  it('takes undefined for the default', async () => {
    const run = await attempt(['true'], {
      cwd: undefined,
      env: undefined,
      inheritEnv: undefined,
      input: undefined,
      forceKillAfterMs: undefined,
      progress: undefined,
    });
    expect((await run.recorded).status).toBe('completed');
  });
});

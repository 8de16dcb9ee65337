import { describe, expect, it } from '@jest/globals';
import { cli } from './cli-program.js';
import { servedTasks } from './served-tasks.js';
import { TaskServer } from './task-server.js';

describe('a server that does not answer as it should', () => {
  it.each(['top', 'list', 'stats'])('is unreachable for %s, with what to look at', async (name) => {
    const server = await TaskServer.start();
    await server.kill();
    const { code, stdout, stderr } = await cli([name, server.url]);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).toContain('Is the server running, and is this where its router is mounted?');
  });

  it('is another program', async () => {
    const { url } = await TaskServer.start();
    const { code, stderr } = await cli(['top', url.replace('/tasks', '/elsewhere')]);
    expect(code).toBe(6);
    expect(stderr).toContain('Is the base URL right');
  });

  it('is asked for what it does not speak, or for its page', async () => {
    const { url } = await TaskServer.start();
    const secure = await cli(['list', url.replace('http:', 'https:')]);
    expect(secure.code).toBe(6);
    expect(secure.stderr).toContain('Does the server speak http:// rather than https://?');
    const page = await cli(['list', `${url}/ui`]);
    expect(page.code).toBe(6);
    expect(page.stderr).toContain('its page is below that, at /ui.');
  });

  it('refuses, and that is said', async () => {
    const { url } = await TaskServer.start({ authorize: () => false });
    const { code, stderr } = await cli(['top', url]);
    expect(code).toBe(5);
    expect(stderr).toContain('set TASK_MONITOR_TOKEN');
  });

  it('is told who asks', async () => {
    const { url } = await TaskServer.start({
      authorize: ({ headers }) =>
        headers.authorization === 'Bearer secret' && headers['x-a'] === 'b',
    });
    const env = { TASK_MONITOR_TOKEN: 'secret' };
    expect((await cli(['stats', url, '-H', 'X-A: b'], env)).code).toBe(0);
    expect((await cli(['stats', url], env)).code).toBe(5);
  });
});

describe('a command line', () => {
  it('takes the URL as an operand, as --url, or from TASK_MONITOR_URL', async () => {
    const { url } = await servedTasks();
    const env = { TASK_MONITOR_URL: url };
    expect((await cli(['show', 'done-1', '--url', url])).code).toBe(4);
    expect((await cli(['show', 'failed-1', '--url', `${url}/`])).code).toBe(0);
    expect((await cli(['show', 'failed-1'], env)).code).toBe(0);
    expect(
      (await cli(['show', url, 'failed-1'], { TASK_MONITOR_URL: 'http://127.0.0.1:1' })).code,
    ).toBe(0);
  });

  it.each([
    { args: ['tpo'], says: 'There is no command "tpo". Did you mean top?' },
    { args: ['list', '--stauts', 'x'], says: 'has no option "--stauts". Did you mean --status?' },
    { args: ['list', 'http://h/t', '--status', 'faild'], says: 'Did you mean failed?' },
    {
      args: ['list', 'http://h/t', '--limit', 'all'],
      says: 'Expected --limit to be a whole number',
    },
    { args: ['list', 'http://h/t', '--q'], says: '--q needs a value: --q <search>.' },
    { args: ['run', '--name', '--', 'ls'], says: '--name needs a value: --name <name>.' },
    {
      args: ['top', 'http://h/tasks/ui#/tasks'],
      says: 'That is its page. Did you mean http://h/tasks?',
    },
    { args: ['stats', 'http://h/t', '--json=yes'], says: '--json takes no value, got "yes".' },
    { args: ['top'], says: 'Which server? Give the URL' },
    { args: ['top', 'localhost:8000/tasks'], says: 'Did you mean http://localhost:8000/tasks?' },
    { args: ['show', 'http://h/t'], says: 'needs the <id> of a task' },
    { args: ['show', 'http://h/t', 'a1', 'b2'], says: 'what to do with "b2"' },
    { args: ['top', 'http://h/t', '--url', 'http://i/t'], says: 'The URL is given twice' },
    { args: ['--json', 'list'], says: 'Options come after the command' },
  ])('that cannot be read says how to mend it: $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/^See: task-monitor (--help|help \w+)$/m);
  });

  it('passes on what the server finds wrong with a search', async () => {
    const { url } = await servedTasks();
    const { code, stderr } = await cli(['list', url, '--q', 'stauts:failed']);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no field "stauts". Did you mean `status`?');
  });

  it.each(['top', 'watch', 'list', 'show', 'output', 'cancel', 'stats', 'cleanup', 'run'])(
    'of %s has its help',
    async (name) => {
      const { code, stdout } = await cli([name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: task-monitor ${name} `);
      expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(120);
    },
  );

  it('has help on what there is, and the same help by two names', async () => {
    const { code, stdout } = await cli(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}top <url> .*\n {2}watch <url> <id> /m);
    expect((await cli(['help', 'run'])).stdout).toBe((await cli(['run', '-h'])).stdout);
    expect(await cli([])).toEqual({ code: 2, stdout: '', stderr: stdout });
  });

  it('tells the version', async () => {
    expect((await cli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

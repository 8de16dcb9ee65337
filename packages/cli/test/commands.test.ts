import { describe, expect, it } from '@jest/globals';
import { cli, PipedCli } from './cli-program.js';
import { runningTask, TaskServer } from './task-server.js';

/** A server with a task of each status. */
async function servedTasks() {
  const server = await TaskServer.start();
  const { monitor } = server;
  await monitor.register({ id: 'pending-1', name: 'waits' });
  await runningTask(server, { id: 'running-1', name: 'runs', command: ['tar', 'c z'] });
  await monitor.complete(await runningTask(server, { id: 'completed-1', name: 'done' }));
  await monitor.fail(await runningTask(server, { id: 'failed-1', name: 'broken' }), 'No disk.');
  await monitor.cancel(await runningTask(server, { id: 'cancelled-1', name: 'unwanted' }));
  return server;
}

describe('list', () => {
  it('has a row for each task, newest first, without colours in a pipe', async () => {
    const { url } = await servedTasks();
    const { code, stdout, stderr } = await cli(['list', url]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = stdout.trimEnd().split('\n');
    expect(rows.map((row) => row.slice(0, 12))).toEqual([
      '– cancelled ',
      '✗ failed    ',
      '✓ completed ',
      '▸ running   ',
      '○ pending   ',
    ]);
    expect(rows[1]).toMatch(/failed-1 .* ago|now {2}broken {2}No disk\.$/);
    expect(stdout).not.toContain('\x1b');
  });

  it('has colours in a pipe with FORCE_COLOR', async () => {
    const { url } = await servedTasks();
    expect((await cli(['list', url], { FORCE_COLOR: '1' })).stdout).toContain('\x1b[31m✗');
    const env = { FORCE_COLOR: '1' };
    expect((await cli(['list', url, '--no-color'], env)).stdout).not.toContain('\x1b');
  });

  it('takes filters and searches, and tells how many more there are', async () => {
    const { url } = await servedTasks();
    const filtered = await cli(['list', url, '--status', 'failed,cancelled', '-n', '1']);
    expect(filtered.stdout).toMatch(/^– cancelled .*cancelled-1 .*\n$/);
    expect(filtered.stderr).toBe('… 1 more; -n 10 shows more of them.\n');
    const { stdout } = await cli(['list', url, '--q', '-status:completed name:broken', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ tasks: [{ task_id: 'failed-1' }] });
  });

  it('says so where nothing matches', async () => {
    const { url } = await servedTasks();
    const { code, stdout, stderr } = await cli(['list', url, '--type', 'none']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'No task matches.\n' });
  });

  it('follows pages until it has as many as were asked for', async () => {
    const server = await TaskServer.start();
    for (let count = 1; count <= 1_003; count++)
      await server.monitor.register({ id: `task-${count}` });
    const { stdout } = await cli(['list', server.url, '-n', '1002', '--json']);
    const { tasks } = JSON.parse(stdout);
    expect(tasks).toHaveLength(1_002);
    expect(tasks[1_001].task_id).toBe('task-2');
  });
});

describe('show', () => {
  it('tells everything that is known of a task', async () => {
    const { url } = await servedTasks();
    const failed = await cli(['show', url, 'failed-1']);
    expect(failed.code).toBe(0);
    expect(failed.stdout).toMatch(/^✗ broken {2}failed\n {2}id {8}failed-1\n/);
    expect(failed.stdout).toMatch(/^ {2}error {5}ERROR: No disk\.$/m);
    const running = await cli(['show', url, 'running-1']);
    expect(running.stdout).toMatch(/^ {2}command {3}tar 'c z'$/m);
    const { stdout } = await cli(['show', url, 'failed-1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ task_id: 'failed-1', error_message: 'No disk.' });
  });

  it('takes the beginning of an id, if no other begins alike', async () => {
    const server = await TaskServer.start();
    await server.monitor.register({ id: 'abcd-1', name: 'first' });
    await server.monitor.register({ id: 'abce-2', name: 'second' });
    expect((await cli(['show', server.url, 'abcd'])).stdout).toContain('○ first  pending');
    await server.monitor.register({ id: 'abcd-3' });
    const { code, stderr } = await cli(['show', server.url, 'abcd']);
    expect(code).toBe(2);
    expect(stderr).toContain('2 tasks begin with abcd: abcd-3, abcd-1. Give more of the id.');
  });
});

describe('output', () => {
  it('prints the lines of a task as text that a terminal only shows', async () => {
    const server = await TaskServer.start();
    const id = await runningTask(server, { id: 'task-1' });
    await server.monitor.log(id, 'one');
    await server.monitor.log(id, '\x1b]0;title\x07two\x1b[1A\x08');
    const { code, stdout } = await cli(['output', server.url, id]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'one\ntwo\\x08\n' });
  });

  it('goes on with -f until the task ends, across a restart of the server', async () => {
    const server = await TaskServer.start();
    const { monitor } = server;
    const id = await runningTask(server, { id: 'task-1' });
    await monitor.log(id, 'line 1');
    const following = await PipedCli.start(['output', server.url, id, '-f']);
    await following.says('line 1\n');
    await monitor.log(id, 'line 2');
    await following.says('line 2\n');
    await server.kill();
    await monitor.log(id, 'line 3');
    await server.listen();
    await following.says('line 3\n');
    await monitor.log(id, 'line 4');
    await monitor.complete(id);
    const { code, stdout, stderr } = await following.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'line 1\nline 2\nline 3\nline 4\n' });
    expect(stderr).toMatch(/^… reconnecting: /);
  });

  it('says how many lines are not kept any more', async () => {
    const server = await TaskServer.start();
    const id = await runningTask(server, { id: 'task-1' });
    const lines = Array.from({ length: 203 }, (_, index) => ({ text: `line ${index + 1}` }));
    await server.monitor.log(id, lines);
    const { stdout, stderr } = await cli(['output', server.url, id]);
    expect(stdout.startsWith('line 4\n')).toBe(true);
    expect(stderr).toBe('… 3 lines are not kept any more\n');
  });
});

describe('cancel', () => {
  it('says of a task that had not started that it is cancelled', async () => {
    const { url, monitor } = await servedTasks();
    const { code, stdout } = await cli(['cancel', url, 'pending-1', '--reason', 'not needed']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^– waits {2}cancelled\n {2}requested .* \(not needed\)/);
    expect(await monitor.get('pending-1')).toMatchObject({
      status: 'cancelled',
      execution: { cancel: { reason: 'not needed' } },
    });
  });

  it('says no more than that it was asked for, and with --wait what came of it', async () => {
    const server = await TaskServer.start();
    let stop = (): void => {};
    const run = await server.monitor.run({ id: 'task-1', name: 'film' }, async ({ signal }) => {
      await new Promise<void>((resolve) => (stop = resolve));
      signal.throwIfAborted();
    });
    const cancelling = await PipedCli.start(['cancel', server.url, 'task-1', '--wait']);
    await cancelling.says('not acknowledged yet: its work goes on until it stops\n');
    stop();
    const { code, stdout } = await cancelling.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^◌ film {2}cancelling\n.*\n– film {2}cancelled\n .*; acknowledged .*: its work has stopped\n$/,
    );
    await run.recorded;
  });

  it('ends with 1 where the task is over already', async () => {
    const { url } = await servedTasks();
    const { code, stdout, stderr } = await cli(['cancel', url, 'completed-1']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('completed');
  });
});

describe('stats and cleanup', () => {
  it('count tasks by status', async () => {
    const { url } = await servedTasks();
    const { stdout } = await cli(['stats', url]);
    expect(stdout).toBe(
      [
        '▸ running          1',
        '○ pending          1',
        '✓ completed        1',
        '✗ failed           1',
        '– cancelled        1',
        '  in all           5',
        '  succeeded   50.00%',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await cli(['stats', url, '--json'])).stdout)).toMatchObject({
      total_tasks: 5,
      cancelled_tasks: 1,
      success_rate: 50,
    });
  });

  it('remove what finished, and nothing without being told how old', async () => {
    const { url, monitor } = await servedTasks();
    const refused = await cli(['cleanup', url]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('Give --days <days>');
    expect((await cli(['cleanup', url, '--days', '0'])).stdout).toBe('Removed 3 finished tasks.\n');
    expect(await monitor.count()).toBe(2);
  });
});

describe('top without a terminal', () => {
  it('tells each event as a line of JSON, and ends when nobody reads', async () => {
    const server = await TaskServer.start();
    const id = await runningTask(server, { id: 'task-1', name: 'film' });
    const watching = await PipedCli.start(['top', server.url]);
    const said = await watching.says('"snapshot"');
    expect(JSON.parse(said.split('\n')[0] as string)).toMatchObject({
      type: 'state',
      status: 'live',
    });
    await server.monitor.progress(id, 40);
    const events = (await watching.says('"task.progress"')).trimEnd().split('\n');
    expect(JSON.parse(events.at(-1) as string)).toMatchObject({ task: { percent: 40 } });
    watching.stopReading();
    await server.monitor.progress(id, 50);
    expect((await watching.ended).code).toBe(0);
  });

  it('tells how things stand as one line with --once', async () => {
    const server = await TaskServer.start();
    await runningTask(server, { id: 'task-1', name: 'film' });
    await runningTask(server, { id: 'task-2', name: 'book' });
    const { code, stdout } = await cli(['top', server.url, '--once', '--q', 'name:film']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'snapshot', tasks: [{ task_id: 'task-1' }] });
  });
});

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

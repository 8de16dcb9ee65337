import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { cli, PipedCli } from './cli-program.js';
import { servedTasks } from './served-tasks.js';
import { runningTask, TaskServer } from './task-server.js';

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
    const server = await TaskServer.start({}, new TaskMonitor());
    await server.monitor.register({ id: 'abcd-1', name: 'first' });
    await server.monitor.register({ id: 'abce-2', name: 'second' });
    expect((await cli(['show', server.url, 'abcd'])).stdout).toContain('○ first  pending');
    const failed = await runningTask(server, { id: 'fade-1' });
    await server.monitor.fail(failed, new Error('No disk.'));
    expect((await cli(['show', server.url, 'fade'])).stdout).toMatch(/^ {4}at .*commands\.test/m);
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

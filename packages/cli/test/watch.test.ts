import { describe, expect, it } from '@jest/globals';
import { cli, eventsOf, PipedCli } from './cli-program.js';
import { runningTask, TaskServer } from './task-server.js';
import { describeWithTmux, TEST_MS, TmuxPane } from './tmux.js';

describeWithTmux('watch in a terminal', () => {
  it(
    'has the bar below the output, and ends with how it ended',
    async () => {
      const server = await TaskServer.start();
      const { monitor } = server;
      const id = await runningTask(server, { name: 'embed handbook.pdf' });
      await monitor.log(id, 'opening the book');
      const pane = await TmuxPane.open({ columns: 80, rows: 24 });
      await pane.type(`task-monitor watch ${server.url} ${id}; echo "ended with $?"`);
      await pane.shows(/opening the book\n▸ embed handbook\.pdf .* – /);
      await monitor.progress(id, { current: 40, total: 80, unit: 'pages', message: 'embedding' });
      await monitor.log(id, 'page 40 has no text');
      await pane.shows(
        /opening the book\npage 40 has no text\n▸ embed handbook\.pdf .* 50% .*\n {2}40\/80 pages .*embedding/,
      );
      expect(await pane.variable('cursor_flag')).toBe('0');
      await monitor.complete(id);
      const screen = await pane.shows(
        /page 40 has no text\n✓ completed after .* {2}embed handbook\.pdf {2}40\/80 pages\nended with 0/,
      );
      expect(screen).not.toContain('▸');
      expect(await pane.variable('cursor_flag')).toBe('1');
    },
    TEST_MS,
  );

  it(
    'goes on after the server was away, without a line lost or twice',
    async () => {
      const server = await TaskServer.start();
      const { monitor } = server;
      const id = await runningTask(server, { name: 'film' });
      await monitor.log(id, 'line 1');
      const pane = await TmuxPane.open({ columns: 80, rows: 24 });
      await pane.type(`task-monitor watch ${server.url} ${id}; echo "ended with $?"`);
      await pane.shows('line 1');
      await server.kill();
      await pane.shows('○ reconnecting · stale for', 'ECONNREFUSED');
      await monitor.log(id, 'line 2');
      await server.listen();
      await pane.shows(/line 1\nline 2\n▸ film/);
      await monitor.fail(id, 'the disk is full');
      const screen = await pane.shows('ended with 1');
      expect(screen).toMatch(/line 1\nline 2\n✗ failed after .* {2}film {2}the disk is full\n/);
    },
    TEST_MS,
  );

  it(
    'asks what is expected of the task although nothing happens',
    async () => {
      let looks = 0;
      let second = (): void => {};
      const askedAgain = new Promise<void>((resolve) => (second = resolve));
      const server = await TaskServer.start({
        authorize: ({ url }) => {
          if (url?.includes('/task-1?') && ++looks === 2) second();
          return true;
        },
      });
      await runningTask(server, { id: 'task-1', name: 'film' });
      const pane = await TmuxPane.open({ columns: 80, rows: 24 });
      await pane.type(`task-monitor watch ${server.url} task-1`);
      await pane.shows('▸ film');
      await askedAgain;
    },
    TEST_MS,
  );

  it(
    'draws its block over itself at any size, and gives the cursor back at Ctrl-C',
    async () => {
      const server = await TaskServer.start();
      const id = await runningTask(server, { name: 'film' });
      const pane = await TmuxPane.open({ columns: 100, rows: 24 });
      await pane.type(`task-monitor watch ${server.url} ${id}; echo "ended with $?"`);
      await pane.shows('▸ film');
      await pane.resize({ columns: 40, rows: 24 });
      const screen = await pane.shows(/^▸ film {7} {2}┄{6} {4}– {12}–$/m);
      expect(screen.match(/▸ film/g)).toHaveLength(1);
      await pane.press('C-c');
      await pane.shows('ended with 130');
      expect(await pane.variable('cursor_flag')).toBe('1');
    },
    TEST_MS,
  );
});

describe('watch without a terminal', () => {
  it('tells each event as a line of JSON, and nothing else', async () => {
    const server = await TaskServer.start();
    const id = await runningTask(server, { name: 'film' });
    const watching = await PipedCli.start(['watch', server.url, id]);
    await watching.says('"snapshot"');
    await server.monitor.log(id, '\x1b[31mred\x1b[0m \x9b2J');
    await server.monitor.complete(id);
    const { code, stdout, stderr } = await watching.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(stdout).not.toMatch(/[\x1b\x9b]/);
    const events = eventsOf(stdout);
    expect(events.map(({ type }) => type)).toEqual([
      'state',
      'snapshot',
      'task.output',
      'task.completed',
      'state',
    ]);
    expect(events[1]?.task).toMatchObject({ task_id: id, status: 'running' });
    expect(events[2]?.lines?.[0]?.text).toBe('\x1b[31mred\x1b[0m \x9b2J');
  });

  it.each([
    { end: 'completed', code: 0 },
    { end: 'failed', code: 1 },
    { end: 'cancelled', code: 3 },
  ])('ends with $code after a task that is $end', async ({ end, code }) => {
    const server = await TaskServer.start();
    const { monitor } = server;
    const id = await runningTask(server, {});
    if (end === 'completed') await monitor.complete(id);
    else if (end === 'failed') await monitor.fail(id, 'No.');
    else await monitor.cancel(id);
    expect((await cli(['watch', server.url, id])).code).toBe(code);
  });

  it('ends with 4 when there is no such task', async () => {
    const server = await TaskServer.start();
    const none = await cli(['watch', server.url, 'task-9']);
    expect(none).toMatchObject({ code: 4, stdout: '' });
    expect(none.stderr).toBe('task-monitor: Task not found: task-9\n');
  });

  it('ends with 130 at Ctrl-C', async () => {
    const server = await TaskServer.start();
    const id = await runningTask(server, {});
    const watching = await PipedCli.start(['watch', server.url, id]);
    await watching.says('"snapshot"');
    watching.kill('SIGINT');
    expect((await watching.ended).code).toBe(130);
  });
});

import { expect, it } from '@jest/globals';
import { TaskClient } from '@task-monitor/client';
import { closeLater, runningTask, TaskServer } from './task-server.js';
import { describeWithTmux, PROMPT, TEST_MS, TmuxPane } from './tmux.js';

const WIDE = { columns: 120, rows: 30 };

describeWithTmux('top in a terminal', () => {
  it.each([
    {
      columns: 40,
      row: /^▸ embed hand….* ━━━─── {2}50% /m,
      failure: /^✗ mailbox .*\n {2}connect ETIMEDOUT 10\.1\.2\.3:993 after…$/m,
      counts: '▸ 1 running   ○ 1 pending\n✓ 1 completed   ✗ 1 failed\n– 0 cancelled',
    },
    {
      columns: 80,
      row: /^▸ embed handbook\.pdf {22}━{9}╸─{9} {2}50% /m,
      failure: /^✗ mailbox .*\n {2}connect ETIMEDOUT 10\.1\.2\.3:993 after 3 tries$/m,
      counts: '▸ 1 running   ○ 1 pending   ✓ 1 completed   ✗ 1 failed   – 0 cancelled',
    },
    {
      columns: 120,
      row: /^▸ embed handbook\.pdf .* ━{14}╸─{14} {2}50% /m,
      failure: /^✗ mailbox {34}connect ETIMEDOUT 10\.1\.2\.3:993 after 3 tries .*$/m,
      counts:
        '▸ 1 running   ○ 1 pending   ✓ 1 completed   ✗ 1 failed   – 0 cancelled   50% succeeded',
    },
  ])(
    'has room for all of it at $columns columns',
    async ({ columns, row, failure, counts }) => {
      const server = await TaskServer.start();
      const { monitor } = server;
      const running = await runningTask(server, { id: 'task-1', name: 'embed handbook.pdf' });
      await monitor.progress(running, { current: 40, total: 80, unit: 'pages' });
      await monitor.fail(
        await runningTask(server, { name: 'mailbox' }),
        'connect ETIMEDOUT 10.1.2.3:993 after 3 tries',
      );
      await monitor.complete(await runningTask(server, { name: 'done' }));
      await monitor.register({ name: 'later' });
      const pane = await TmuxPane.open({ columns, rows: 24 });
      await pane.type(`task-monitor top ${server.url}`);
      const drawn = ['● live', row, failure, counts, '40/80 pages', /\nq leaves\n$/];
      const screen = await pane.shows(...drawn);
      expect(screen).not.toContain('task-monitor top');
      expect(screen.trimEnd().split('\n')).toHaveLength(24);
      expect(screen.trimEnd().endsWith('\nq leaves')).toBe(true);
    },
    TEST_MS,
  );

  it(
    'gives its lines to what runs on a small screen',
    async () => {
      const server = await TaskServer.start();
      const { monitor } = server;
      await monitor.fail(await runningTask(server, { name: 'mailbox' }), 'no route to host');
      for (let count = 1; count <= 9; count++)
        await runningTask(server, { id: `task-${count}`, name: `film ${count}` });
      const pane = await TmuxPane.open({ columns: 40, rows: 10 });
      await pane.type(`task-monitor top ${server.url}`);
      const screen = await pane.shows('● live', '▸ film 5', /\nq leaves\n$/);
      expect(screen.trimEnd().split('\n').slice(1)).toEqual([
        '▸ 9   ○ 0   ✓ 0   ✗ 1   – 0',
        ...[1, 2, 3, 4, 5].map((count) => `▸ film ${count}       ┄┄┄┄┄┄    –            –`),
        '  … 4 more',
        '✗ mailbox        no route to host',
        'q leaves',
      ]);
    },
    TEST_MS,
  );

  it(
    'shows progress, ends and failures as they happen',
    async () => {
      const server = await TaskServer.start();
      const { monitor } = server;
      const pane = await TmuxPane.open(WIDE);
      await pane.type(`task-monitor top ${server.url}`);
      await pane.shows('● live', 'Nothing is running.');
      const film = await runningTask(server, { name: 'film' });
      const book = await runningTask(server, { name: 'book' });
      await monitor.progress(film, { current: 10, total: 100, message: 'reading' });
      await pane.shows(/▸ film .* 10%/, /▸ book .* –/, 'reading', '▸ 2 running');
      await monitor.progress(film, 90);
      await pane.shows(/▸ film .* 90%/);
      await monitor.complete(film);
      await monitor.fail(book, 'no room left on the device');
      await pane.shows(
        'Latest failures',
        /✗ book .* no room left on the device/,
        '✓ 1 completed   ✗ 1 failed',
        'Nothing is running.',
      );
    },
    TEST_MS,
  );

  it(
    'says how things stand once with --once, and stays on the screen',
    async () => {
      const server = await TaskServer.start();
      await runningTask(server, { name: 'film' });
      const pane = await TmuxPane.open({ columns: 80, rows: 24 });
      await pane.type(`clear; task-monitor top ${server.url} --once; echo "ended with $?"`);
      await pane.shows(/◐ as of now\n\n▸ 1 running .*\n\nRunning\n▸ film .*\n.*\nended with 0/);
      expect(await pane.variable('alternate_on')).toBe('0');
    },
    TEST_MS,
  );

  it(
    'gives the terminal back as it was, at Ctrl-C and at q',
    async () => {
      const server = await TaskServer.start();
      const pane = await TmuxPane.open(WIDE);
      for (const key of ['C-c', 'q']) {
        await pane.type(`task-monitor top ${server.url}; echo "ended with $?"`);
        await pane.shows('● live');
        expect(await pane.variable('alternate_on')).toBe('1');
        expect(await pane.variable('cursor_flag')).toBe('0');
        await pane.press(key);
        const screen = await pane.shows(/ended with 0\n[#$]/);
        expect(screen).not.toContain('live');
        expect(await pane.variable('alternate_on')).toBe('0');
        expect(await pane.variable('cursor_flag')).toBe('1');
        expect(await pane.variable('wrap_flag')).toBe('1');
        await pane.type('clear; stty -a');
        expect(await pane.shows(/(^| )-?echo -?echoe /m)).toMatch(/(^| )echo -?echoe /m);
        await pane.type('clear');
      }
    },
    TEST_MS,
  );

  it(
    'gives the terminal back at Ctrl-Z, and takes it again when it goes on',
    async () => {
      const server = await TaskServer.start();
      const pane = await TmuxPane.open(WIDE);
      await pane.type(`task-monitor top ${server.url}; echo "ended with $?"`);
      await pane.shows('● live');
      await pane.press('C-z');
      // What is typed before the shell has its terminal again is lost.
      await pane.shows(/(Stopped|ended with \d)[^]*\n[#$]/);
      expect(await pane.variable('alternate_on')).toBe('0');
      expect(await pane.variable('cursor_flag')).toBe('1');
      await pane.type('fg');
      await pane.shows('● live');
      await pane.press('q');
      await pane.shows(PROMPT);
    },
    TEST_MS,
  );

  it(
    'fits itself to another size',
    async () => {
      const server = await TaskServer.start();
      await runningTask(server, { id: 'task-1', name: 'embed handbook.pdf' });
      const pane = await TmuxPane.open(WIDE);
      await pane.type(`task-monitor top ${server.url}`);
      await pane.shows(/▸ embed handbook\.pdf .* ┄{29} /);
      await pane.resize({ columns: 40, rows: 12 });
      const screen = await pane.shows(/^▸ embed hand… {2}┄{6} /m, /\nq leaves\n$/);
      expect(screen.trimEnd().split('\n')).toHaveLength(12);
      await pane.resize({ columns: 90, rows: 20 });
      await pane.shows(/^▸ embed handbook\.pdf .* ┄{22} /m, 'Task Monitor');
    },
    TEST_MS,
  );

  it(
    'says that it is stale while the server is away, and is live when it is back',
    async () => {
      const server = await TaskServer.start();
      const id = await runningTask(server, { name: 'film' });
      await server.monitor.progress(id, 20);
      const pane = await TmuxPane.open(WIDE);
      await pane.type(`task-monitor top ${server.url}`);
      await pane.shows('● live', /film .* 20%/);
      await server.kill();
      const then = await pane.shows('○ reconnecting · stale for', /film .* 20%/, 'ECONNREFUSED');
      const [row = 'no row'] = /^.*film .* for \d+ s .* 20%.*$/m.exec(then) ?? [];
      const [stale = 'not stale'] = /stale for \d+ s/.exec(then) ?? [];
      // Time goes by, and nothing is known that was not known then.
      const later = await pane.shows(new RegExp(`(?!${stale}$)stale for .* s$`, 'm'));
      expect(later.split('\n')).toContain(row);
      await server.monitor.progress(id, 60);
      await server.listen();
      await pane.shows('● live', /film .* 60%/);
    },
    TEST_MS,
  );

  it(
    'asks again and again where the server has no stream left',
    async () => {
      const refusals: unknown[] = [];
      const onError = (error: unknown) => refusals.push(error);
      const server = await TaskServer.start({ maxStreams: 1, onError });
      const stop = new AbortController();
      closeLater(() => stop.abort());
      const other = new TaskClient(server.url).watch({}, { signal: stop.signal });
      await other.next();
      const pane = await TmuxPane.open(WIDE);
      await pane.type(`task-monitor top ${server.url}`);
      await pane.shows('◐ asks every 2 s', 'Nothing is running.');
      const id = await runningTask(server, { name: 'film' });
      await server.monitor.progress(id, 30);
      await pane.shows('◐ asks every 2 s', /film .* 30%/, 'as many streams as there may be');
      expect(refusals.map(String)).toContainEqual(expect.stringContaining('streams'));
    },
    TEST_MS,
  );

  it(
    'shows what is stalled with what that follows from, and what was asked to stop',
    async () => {
      const server = await TaskServer.start();
      const { monitor } = server;
      const run = await monitor.run({ name: 'stubborn' }, async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await new Promise((resolve) => closeLater(() => resolve(null)));
      });
      const pane = await TmuxPane.open(WIDE);
      await pane.type(`task-monitor top ${server.url}`);
      await pane.shows('▸ stubborn');
      await monitor.cancel(run.task.id);
      await pane.shows(/◌ stubborn .* stopping\n {2}asked to stop .*, not confirmed yet/);
    },
    TEST_MS,
  );

  it(
    'never obeys the text of a task, and keeps its columns beside wide characters',
    async () => {
      const server = await TaskServer.start();
      await runningTask(server, { name: 'plain', id: 'task-1' });
      await runningTask(server, { name: '\x1b[2J\x1b[31m東京🎬\x07\x9b5A', id: 'task-2' });
      const pane = await TmuxPane.open({ columns: 80, rows: 24 });
      await pane.type(`task-monitor top ${server.url} --no-color`);
      const screen = await pane.shows(/^▸ plain .*┄/m, /^▸ 東京🎬.*┄/m);
      const [plain, wide] = ['plain', '東京🎬'].map((name) =>
        screen.split('\n').find((line) => line.startsWith(`▸ ${name}`)),
      );
      // Two of its characters take two columns each, and the third has two code units for its two.
      expect(wide?.indexOf('┄')).toBe((plain?.indexOf('┄') ?? NaN) - 2);
    },
    TEST_MS,
  );

  it(
    'has colours where they are wanted, and none with NO_COLOR',
    async () => {
      const server = await TaskServer.start();
      await runningTask(server, { name: 'film' });
      const coloured = await TmuxPane.open(WIDE);
      await coloured.type(`task-monitor top ${server.url}`);
      await coloured.shows('film', '● live');
      // eslint-disable-next-line no-control-regex -- colours are what this is about
      expect(await coloured.screen('-e')).toMatch(/\x1b\[[\d;]*32m(\x1b\[[\d;]*m)*● live/);
      const plain = await TmuxPane.open(WIDE, { NO_COLOR: '1' });
      await plain.type(`task-monitor top ${server.url}`);
      await plain.shows('film', '● live');
      expect(await plain.screen('-e')).not.toContain('\x1b[');
    },
    TEST_MS,
  );
});

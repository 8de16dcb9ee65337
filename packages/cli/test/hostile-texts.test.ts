import { expect, it } from '@jest/globals';
import { cli } from './cli-program.js';
import { runningTask, TaskServer } from './task-server.js';
import { describeWithTmux, TEST_MS, TmuxPane } from './tmux.js';

/** Clears the screen, names the window, moves the cursor, hides it, turns text around, and ends a line. */
const HOSTILE =
  '\x1b[2J\x1b]0;owned\x07\x1b[1;1H\x1b[?25l\x1bc\x9b5A\x90q\x9c\x00\x08\x7f\u202egnp\u2066\r\nnext';
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Tasks whose every text is hostile. */
async function servedHostility(): Promise<TaskServer> {
  const server = await TaskServer.start();
  const { monitor } = server;
  const texts = {
    name: HOSTILE,
    type: HOSTILE,
    command: [HOSTILE, HOSTILE],
    tags: [HOSTILE],
    metadata: { [HOSTILE]: HOSTILE },
  };
  for (const id of ['failed-1', 'cancelled-1', 'running-1', 'completed-1']) {
    await runningTask(server, { ...texts, id });
    await monitor.progress(id, { message: HOSTILE, current: 1, total: 2, unit: HOSTILE });
    await monitor.log(id, HOSTILE);
  }
  await monitor.fail('failed-1', HOSTILE);
  await monitor.cancel('cancelled-1', { reason: HOSTILE, by: HOSTILE });
  await monitor.complete('completed-1', { result: { [HOSTILE]: HOSTILE } });
  return server;
}

it.each([
  { args: ['list'] },
  { args: ['list', '--json'] },
  { args: ['show', 'failed-1'] },
  { args: ['show', 'cancelled-1'] },
  { args: ['show', 'completed-1'] },
  { args: ['show', 'completed-1', '--json'] },
  { args: ['output', 'running-1'] },
  { args: ['output', 'running-1', '--json'] },
  { args: ['watch', 'failed-1'] },
  { args: ['top', '--once'] },
])('hands nothing to the terminal that it would obey: $args', async ({ args }) => {
  const { url } = await servedHostility();
  const { stdout, stderr } = await cli(args, { TASK_MONITOR_URL: url });
  expect(stdout).toContain('next');
  expect(stdout + stderr).not.toMatch(OBEYED);
});

it('repeats nothing of a command line, or of an answer, that a terminal would obey', async () => {
  const { url } = await TaskServer.start();
  for (const args of [
    [HOSTILE.replaceAll('\0', '')],
    ['show', url, 'a\x1b[2J1'],
    ['list', url, '--q', 'a:\x1b[2J'],
  ]) {
    const { code, stderr } = await cli(args);
    expect(code).toBeGreaterThan(0);
    expect(stderr).not.toMatch(OBEYED);
  }
});

describeWithTmux('hostile texts in a terminal', () => {
  it(
    'change neither what top shows nor the name of its window',
    async () => {
      const { url } = await servedHostility();
      const pane = await TmuxPane.open({ columns: 100, rows: 24 });
      const title = await pane.variable('pane_title');
      await pane.type(`task-monitor top ${url}`);
      const screen = await pane.shows('● live', 'Latest failures', '▸ 1 running');
      expect(screen.startsWith('Task Monitor  127.0.0.1')).toBe(true);
      expect(await pane.variable('pane_title')).toBe(title);
    },
    TEST_MS,
  );
});

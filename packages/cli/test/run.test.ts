import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cli, eventsOf, PipedCli } from './cli-program.js';
import { closeLater } from './task-server.js';
import { describeWithTmux, TEST_MS, TmuxPane } from './tmux.js';

const SIZE = { columns: 80, rows: 24 };

/** A pipe that a script waits at, with `read x < $PIPE`, until it is told to go on, once. */
function gate(): { readonly path: string; open(): Promise<void> } {
  const folder = mkdtempSync(path.join(tmpdir(), 'task-monitor-gate-'));
  closeLater(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'go');
  execFileSync('mkfifo', [file]);
  return { path: file, open: () => writeFile(file, '\n') };
}

describeWithTmux('run in a terminal', () => {
  it(
    'has the bar of a command below its output, and a last line with how it ended',
    async () => {
      const [first, second] = [gate(), gate()];
      const pane = await TmuxPane.open(SIZE, { FIRST: first.path, SECOND: second.path });
      const script =
        'echo reading; echo "[20/80] page"; read x < $FIRST; echo "[60/80] page"; read x < $SECOND; exit 7';
      await pane.type(`clear; task-monitor run --name book -- sh -c '${script}'; echo "code $?"`);
      await pane.shows(/^reading\n\[20\/80\] page\n▸ book .* ━+╸?─+ {2}25% .*\n {2}20\/80/m);
      await first.open();
      await pane.shows(/^reading\n\[20\/80\] page\n\[60\/80\] page\n▸ book .* 75% /m);
      await second.open();
      const screen = await pane.shows(/^code 7$/m);
      expect(screen).toMatch(/\[60\/80\] page\n✗ failed after .* at 75% {2}book\n {2}Exited with/);
      expect(screen).not.toContain('▸');
      expect(await pane.variable('cursor_flag')).toBe('1');
    },
    TEST_MS,
  );

  it(
    'hands Ctrl-C on to the command, and shows what it still says',
    async () => {
      const pane = await TmuxPane.open(SIZE);
      const script =
        'trap "echo tidying up; exit 0" INT; trap "echo not by TERM" TERM; echo ready; while :; do sleep 0.05; done';
      await pane.type(`clear; task-monitor run -- sh -c '${script}'; echo "code $?"`);
      await pane.shows(/^ready\n▸ sh -c/m);
      await pane.press('C-c');
      const screen = await pane.shows(/^tidying up\n– cancelled after .*\n(.*\n)*code 130/m);
      expect(screen).not.toMatch(/^not by TERM/m);
    },
    TEST_MS,
  );

  it(
    'kills at the second Ctrl-C what does not stop at the first',
    async () => {
      const pane = await TmuxPane.open(SIZE);
      const script = 'trap "" INT TERM; echo ready; exec tail -f /dev/null';
      await pane.type(`clear; task-monitor run --grace 9999 -- sh -c '${script}'; echo "code $?"`);
      await pane.shows(/^ready\n▸ sh -c/m);
      await pane.press('C-c');
      await pane.shows('stopping', /asked to stop .*, not confirmed yet/);
      await pane.press('C-c');
      await pane.shows('– cancelled after', 'code 130');
    },
    TEST_MS,
  );
});

describeWithTmux('what a command reads', () => {
  it(
    'is what is piped into task-monitor, or a file, and nothing of a terminal',
    async () => {
      const pane = await TmuxPane.open(SIZE);
      await pane.type("clear; printf 'a\\nb\\n' | task-monitor run --name piped -- wc -l");
      await pane.shows(/^2\n✓ completed after .* {2}piped$/m);
      await pane.type('clear; task-monitor run --name file -- wc -l < /dev/null');
      await pane.shows(/^0\n✓ completed after .* {2}file$/m);
      await pane.type('clear; task-monitor run --name typed -- sh -c "cat; echo at its end"');
      await pane.shows(/^at its end\n✓ completed after .* {2}typed$/m);
      await pane.type('stty -a');
      expect(await pane.shows(/(^| )-?echo -?echoe /m)).toMatch(/(^| )echo -?echoe /m);
    },
    TEST_MS,
  );
});

describe('run without a terminal', () => {
  it('passes on what the command writes, and its code', async () => {
    const ended = await cli(['run', '--', 'sh', '-c', 'echo one; echo two >&2; exit 7']);
    expect(ended).toMatchObject({ code: 7, stdout: 'one\n' });
    expect(ended.stderr).toMatch(
      /^two\n✗ failed after .* {2}sh -c echo one; echo two >&2; exit 7 {2}/,
    );
  });

  it('passes on lines of progress, too, unless it is to read them', async () => {
    const command = ['--', 'sh', '-c', 'echo a; echo "[1/3]"; echo "50% done"; echo b; exit 1'];
    const passed = await cli(['run', ...command]);
    expect(passed.stdout).toBe('a\n[1/3]\n50% done\nb\n');
    const read = await cli(['run', '--progress', 'auto', ...command]);
    expect(read.stderr).toMatch(/^✗ failed after .* at 50%/);
  });

  it.each([
    { script: 'exit 0', code: 0 },
    { script: 'kill -KILL $$', code: 137 },
  ])('ends with $code after $script', async ({ script, code }) => {
    expect((await cli(['run', '--', 'sh', '-c', script])).code).toBe(code);
  });

  it('ends with 127, and says why, where there is no such program', async () => {
    const { code, stderr } = await cli(['run', '--', 'no-such-program']);
    expect(code).toBe(127);
    expect(stderr).toContain('Cannot start "no-such-program": ');
  });

  it('tells all of it as lines of JSON with --json', async () => {
    const script = 'echo "[3/4] page"; echo bad >&2; exit 2';
    const { code, stdout, stderr } = await cli(['run', '--json', '--', 'sh', '-c', script]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    const events = eventsOf(stdout);
    expect(events[0]).toMatchObject({ type: 'task.registered', task: { status: 'pending' } });
    expect(events.find(({ task }) => task.percent === 75)).toBeDefined();
    expect(events.flatMap(({ lines = [] }) => lines)).toContainEqual(
      expect.objectContaining({ stream: 'stderr', text: 'bad' }),
    );
    expect(events.at(-1)).toMatchObject({
      type: 'task.failed',
      task: { status: 'failed', error: { code: 'EXIT' }, process: { exit_code: 2 } },
    });
  });

  it.each([
    { signal: 'SIGTERM', code: 143 },
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGHUP', code: 129 },
  ] as const)('tells the command what it is told itself: $signal', async ({ signal, code }) => {
    const traps = ['TERM', 'INT', 'HUP'].map((name) => `trap "echo SIG${name}; exit 0" ${name}`);
    const script = `${traps.join('; ')}; echo ready; while :; do sleep 0.05; done`;
    const running = await PipedCli.start(['run', '--', 'sh', '-c', script]);
    await running.says('ready');
    running.kill(signal);
    const ended = await running.ended;
    expect(ended).toMatchObject({ code, stdout: `ready\n${signal}\n` });
    expect(ended.stderr).toMatch(/^– cancelled after /m);
  });

  it.each([
    { args: ['run'], says: 'Which command? Put it after --' },
    { args: ['run', 'ls', '-l'], says: 'has no option "-l"' },
    { args: ['run', 'ls'], says: 'Put the whole command after --, as in: task-monitor run -- ls' },
    { args: ['run', '--progress', 'tqmd', '--', 'ls'], says: 'tqdm' },
    { args: ['run', '--grace', 'long', '--', 'ls'], says: 'Expected --grace to be a whole number' },
  ])('says how to mend $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

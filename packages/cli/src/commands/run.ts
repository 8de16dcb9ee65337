import { isTaskMonitorError, TaskMonitor } from '@task-monitor/core';
import { type ProgressFormat, runCommand } from '@task-monitor/process';
import { UsageError } from '../cli-error.js';
import type { CommandLine } from '../command-line.js';
import type { RunCommand } from '../command.js';
import { exitOf } from '../run/exit-of.js';
import { followRun } from '../run/follow-run.js';
import { RunStop } from '../run/run-stop.js';
import { viewOf } from '../run/run-view.js';

const GRACE_S = 5;
const MOST_GRACE_S = 86_400;
const LAST_WORDS_MS = 5_000;

/** Any command as a tracked task, without a server. */
export const run: RunCommand = async ({ line, terminal, errors, stdin }) => {
  const command = commandOf(line);
  const name = line.value('name');
  // Lines that are read as progress are no output; where there is no bar for them, all is passed on.
  const isShown = terminal.isLive || line.has('json');
  // What a format is, only who reads them knows.
  const progress = (line.value('progress') ?? (isShown ? 'auto' : 'none')) as ProgressFormat;
  const forceKillAfterMs = (line.whole('grace', 0, MOST_GRACE_S) ?? GRACE_S) * 1_000;
  // The task ends with its program, killed or not.
  const cancelGraceMs = forceKillAfterMs + LAST_WORDS_MS;
  const monitor = new TaskMonitor({ captureStacks: false, cancelGraceMs });
  const events = monitor.watch();
  let stop: RunStop | null = null;
  const started = await runCommand(monitor, command, {
    progress,
    forceKillAfterMs,
    stopSignal: () => stop?.stopSignal ?? 'SIGTERM',
    // What is typed would stand in the picture, and a question that ends no line would not be seen.
    inheritInput: !stdin.isTerminal,
    ...(name !== undefined && { name }),
  }).catch((error: unknown) => {
    if (!isTaskMonitorError(error)) throw error;
    throw new UsageError(error.message);
  });
  stop = new RunStop(monitor, started);
  try {
    const task = await followRun(
      monitor,
      started,
      events,
      viewOf(line.has('json'), terminal, errors),
    );
    return task.status === 'cancelled' ? (stop.exitCode ?? exitOf(task)) : exitOf(task);
  } finally {
    stop.release();
    await monitor.close();
  }
};

/** @throws {@link UsageError} */
function commandOf({ command, operands }: CommandLine): readonly string[] {
  const [extra] = operands;
  if (extra !== undefined)
    throw new UsageError(
      `Put the whole command after --, as in: task-monitor run -- ${[...operands, ...(command ?? [])].join(' ')}`,
    );
  if (command === null || command.length === 0)
    throw new UsageError('Which command? Put it after --: task-monitor run -- <command…>');
  return command;
}

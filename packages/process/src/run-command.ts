import type { JsonObject, Run, RunContext, TaskMonitor } from '@task-monitor/core';
import { ChildOutput } from './child-output.js';
import {
  checkCommand,
  checkMonitor,
  type CommandSettings,
  type RunCommandOptions,
  splitOptions,
} from './command-options.js';
import { drained } from './drain.js';
import { type CommandResult, followChild } from './follow-child.js';
import { type SharedByChildren, sharedByChildrenOf } from './shared-by-children.js';
import { startChild } from './start-child.js';
import { SupervisedChild } from './supervised-child.js';

/**
 * Runs a program as a tracked task: the task is `completed` when it exits with 0, else `failed` with the exit code or
 * signal and the last lines of its standard error.
 *
 * - `command` is the program and its arguments. There is no shell: an argument is data, whatever stands in it.
 * - The progress that programs print anyway is the task's: bars of tqdm, ffmpeg's reports, `[3/10] …`, and others; or a
 *   line `{"progress": …}` with a percentage, a message, or an object of `message`, `current`, `total`, `unit`,
 *   `percent`. Of other lines on standard output the last is the message; the output's tail is kept.
 * - Cancelling and `timeoutMs` send SIGTERM, or the `stopSignal`, to the program and its descendants, and SIGKILL after
 *   `forceKillAfterMs` to what is left of them, and decide how the task ends, also if the program then exits with 0. Descendants that moved to a
 *   group of their own escape; on Windows all of them do.
 * - A running child keeps this process alive. If that exits all the same, by `process.exit()` or an uncaught error, the
 *   program and its descendants are killed at once; to let them tidy up, call `monitor.close()` before. A signal that
 *   nobody handles (SIGTERM, Ctrl+C) ends this process before anything can run, and the program runs on: call
 *   `closeOnSignals(monitor)`. Nobody can act for a process that is killed itself: see `keepInputOpen`.
 *
 * Resolves when the task is registered. A program that cannot be started fails its task (`SPAWN_FAILED`).
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS or INVALID_INPUT for options that cannot be used; what `monitor.run`
 * throws otherwise.
 *
 * @example
 * ```ts
 * const run = await runCommand(monitor, ['python', '-m', 'worker', '--videos', id], {
 *   metadata: { videos: [id] },
 *   timeoutMs: 3_600_000,
 * });
 * await run.finished;
 * ```
 */
export async function runCommand<Metadata extends object = JsonObject>(
  monitor: TaskMonitor,
  command: readonly string[],
  options: RunCommandOptions<Metadata> = {},
): Promise<Run<CommandResult>> {
  checkMonitor(monitor);
  checkCommand(command);
  const { run, settings } = splitOptions(options);
  const given = [...command];
  return monitor.run({ ...run, command: given }, (context) =>
    runChild(context, given, settings, sharedByChildrenOf(monitor)),
  );
}

async function runChild(
  context: RunContext,
  command: readonly string[],
  settings: CommandSettings,
  shared: SharedByChildren,
): Promise<CommandResult> {
  context.signal.throwIfAborted();
  const child = await startChild(command, settings);
  const output = new ChildOutput(context, command, settings.progress);
  output.read(child);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const readToEnd = async (): Promise<void> => {
    await drained(closed);
    child.stdout?.destroy();
    child.stderr?.destroy();
    await closed;
  };
  const supervised = new SupervisedChild(child);
  const followed = {
    supervised,
    startedAt: Date.now(),
    output,
    pipes: child,
    drained: readToEnd,
    isOurs: true,
  };
  return followChild(context, followed, shared, settings);
}

import type { ChildProcess } from 'node:child_process';
import {
  type JsonObject,
  type Run,
  type RunContext,
  type TaskMonitor,
  wrongOption,
} from '@task-monitor/core';
import { ChildOutput, type OutputContext } from './child-output.js';
import {
  type AttachOptions,
  type AttachSettings,
  checkMonitor,
  splitAttachOptions,
} from './command-options.js';
import { type CommandResult, followChild } from './follow-child.js';
import { OutputTap } from './output-tap.js';
import { type SharedByChildren, sharedByChildrenOf } from './shared-by-children.js';
import { failedSpawn } from './spawn-failure.js';
import { startOf } from './process-table.js';
import type { Stopping } from './stop-signal.js';
import { SupervisedChild } from './supervised-child.js';

/**
 * Tracks a child process that your own code started, as {@link runCommand} tracks those that it starts.
 *
 * - Its `stdout` and `stderr`, where they are pipes, are read beside your own listeners and `pipe`s, from this call on. What
 *   one second after its end nobody has read is not kept.
 * - Cancelling and `timeoutMs` send SIGTERM, or the `stopSignal`, and SIGKILL after `forceKillAfterMs`: to its group if it leads one (`detached:
 *   true`), else to the child alone, as it shares the group of this process.
 * - It waits for no place of `concurrency`, as it runs already. One that has ended is a task that ends at once. A task that
 *   was cancelled before it was started stops the child all the same.
 * - Whether it outlives this process is up to you, who started it; `monitor.close()` stops it.
 * - One that could not be started fails its task (`SPAWN_FAILED`), and its `error` event, heard here, crashes nothing.
 *
 * Resolves when the task is registered; where it rejects, the child is left as it is. `command` is `child.spawnargs` by
 * default, which is stored and shown.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS or INVALID_INPUT for what cannot be used; what `monitor.run` throws otherwise.
 *
 * @example
 * ```ts
 * const child = spawn('ffmpeg', ['-i', input, output], { detached: true });
 * const run = await attach(monitor, child, { type: 'transcode' });
 * await run.finished;
 * ```
 */
export async function attach<Metadata extends object = JsonObject>(
  monitor: TaskMonitor,
  child: ChildProcess,
  options: AttachOptions<Metadata> = {},
): Promise<Run<CommandResult>> {
  checkMonitor(monitor);
  checkChild(child);
  const { run: runOptions, settings } = splitAttachOptions(options);
  // From here to its end nothing of the child is missed, however long its registration takes.
  const attached = new AttachedChild(child, sharedByChildrenOf(monitor), settings);
  try {
    const run = await monitor.run(
      { command: child.spawnargs, ...runOptions, underWay: true },
      (context) => attached.follow(context),
    );
    run.recorded.then(
      (task) => attached.taskEnded(task.status === 'cancelled'),
      () => attached.taskEnded(false),
    );
    return run;
  } catch (error) {
    attached.taskEnded(false);
    throw error;
  }
}

/** A child of the host, listened to before it has a task. */
class AttachedChild {
  readonly #supervised: SupervisedChild;
  readonly #tap: OutputTap;
  readonly #output: ChildOutput;
  readonly #shared: SharedByChildren;
  readonly #stopping: Stopping;
  readonly #reportError: OutputContext['reportError'];
  readonly #spawnError: Promise<unknown>;
  /** Reports wait for it; `null` if it will never be. */
  readonly #context: Promise<RunContext | null>;
  #settleContext!: (context: RunContext | null) => void;
  #isFollowed = false;

  constructor(
    child: ChildProcess,
    shared: SharedByChildren,
    { progress, ...stopping }: AttachSettings,
  ) {
    this.#shared = shared;
    this.#stopping = stopping;
    // Stays for the child's life: a signal that could not be sent is reported by this event too, and must not throw.
    this.#spawnError = new Promise((resolve) => child.on('error', resolve));
    this.#supervised = new SupervisedChild(child);
    this.#context = new Promise((resolve) => (this.#settleContext = resolve));
    const context: OutputContext = {
      log: async (lines) => (await this.#context)?.log(lines),
      progress: async (update) => (await this.#context)?.progress(update),
      reportError: (error, where) =>
        void this.#context.then((known) => known?.reportError(error, where)),
    };
    this.#reportError = context.reportError;
    this.#output = new ChildOutput(context, child.spawnargs, progress);
    this.#tap = new OutputTap(child);
    this.#output.read(this.#tap);
  }

  async follow(context: RunContext): Promise<CommandResult> {
    this.#isFollowed = true;
    this.#settleContext(context);
    const { child } = this.#supervised;
    if (child.pid === undefined) throw await failedSpawn(child, this.#spawnError);
    const followed = {
      supervised: this.#supervised,
      // The number of one that has ended may be a stranger's.
      startedAt: this.#supervised.hasExited ? null : startOf(child.pid),
      output: this.#output,
      pipes: this.#tap,
      drained: () => this.#tap.drained(),
      isOurs: false,
    };
    return followChild(context, followed, this.#shared, this.#stopping);
  }

  /** The task is finished, or there is none. If it was never followed, whoever cancelled it wants the child stopped. */
  taskEnded(cancelled: boolean): void {
    if (this.#isFollowed) return;
    if (cancelled)
      void this.#supervised.ended(AbortSignal.abort(), this.#stopping, (error) =>
        this.#reportError(error, 'asking for the `stopSignal`'),
      );
    this.#settleContext(null);
    void this.#tap.release();
  }
}

/** @throws {@link TaskMonitorError} INVALID_OPTIONS */
function checkChild(child: unknown): void {
  const { spawnargs, on } = (child ?? {}) as Partial<ChildProcess>;
  if (!Array.isArray(spawnargs) || typeof on !== 'function')
    throw wrongOption('child', 'a ChildProcess that `spawn` or `fork` returned', child);
}

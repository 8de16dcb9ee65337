import type { ChildProcess as NodeChild } from 'node:child_process';
import type { ChildProcess, RunContext } from '@task-monitor/core';
import { type ChildExit, exitFailure } from './child-exit.js';
import type { ChildOutput } from './child-output.js';
import { OomWatch } from './oom-watch.js';
import type { Stopping } from './stop-signal.js';
import type { SharedByChildren } from './shared-by-children.js';
import type { SupervisedChild } from './supervised-child.js';
import type { Usage } from './usage-sampler.js';

/** What a command that ended well, without having been told to stop, leaves behind. */
export interface CommandResult {
  readonly exitCode: 0;
  readonly signal: null;
  /** The last line it wrote to standard output that is neither blank nor progress; 2 KB of it at most. */
  readonly lastLine: string | null;
}

/** A child that runs, and its output, which is being read. */
export interface FollowedChild {
  readonly supervised: SupervisedChild;
  /** In epoch milliseconds, where that is known. */
  readonly startedAt: number | null;
  readonly output: ChildOutput;
  /** Where it comes from: each chunk of it says that the child lives. */
  readonly pipes: Pick<NodeChild, 'stdout' | 'stderr'>;
  /** To be called when the child has ended: resolves when all that will be read of its output has been. */
  readonly drained: () => Promise<void>;
  /** Whether it was started for this task: then it is not to outlive this process, and all of its output is read. */
  readonly isOurs: boolean;
}

/** How often the store is told what a running child used. */
const USAGE_WRITES_MS = 5_000;

/** Follows a child to its end as the work of a task, which it throws for if that was no good one. */
export async function followChild(
  context: RunContext,
  { supervised, startedAt, output, pipes, drained, isOurs }: FollowedChild,
  { exitGuard, sampler }: SharedByChildren,
  stopping: Stopping,
): Promise<CommandResult> {
  if (isOurs) exitGuard.add(supervised);
  for (const pipe of [pipes.stdout, pipes.stderr]) pipe?.on('data', context.heartbeat);
  const pid = supervised.child.pid as number;
  const oom = new OomWatch(pid);
  const report = new ProcessReport(context, { pid, startedAt });
  const sampled = sampler.add(pid, () => {
    oom.look();
    report.now(sampled.usage);
  });

  const { exit, stopped } = await supervised.ended(context.signal, stopping, (error) =>
    context.reportError(error, 'asking for the `stopSignal`'),
  );
  exitGuard.remove(supervised);
  sampler.remove(sampled);
  await drained();
  await output.end();
  await report.end(exit, sampled.usage);

  // To exit with 0 is how many programs obey SIGTERM: it does not say that the work was done.
  if (stopped) throw context.signal.reason as Error;
  if (exit.exitCode === 0) return { exitCode: 0, signal: null, lastLine: output.lastLine };
  const errorLines = output.takeErrorLines();
  // The host of an attached child has its own ways to end it.
  const killer = supervised.child.killed ? 'host' : oom.happened ? 'system' : null;
  throw exitFailure(exit, errorLines.length > 0 || isOurs ? errorLines : null, killer);
}

/** Tells the task which process it is: at once, now and then what it used, and how it ended. One write at a time. */
class ProcessReport {
  readonly #context: RunContext;
  readonly #process: Pick<ChildProcess, 'pid' | 'startedAt'>;
  #written: Promise<void>;
  #isWriting = false;
  #writtenAt = 0;

  constructor(context: RunContext, process: Pick<ChildProcess, 'pid' | 'startedAt'>) {
    this.#context = context;
    this.#process = process;
    this.#written = this.#write(RUNNING, { cpuMs: null, peakMemoryBytes: null });
  }

  now(usage: Usage): void {
    if (this.#isWriting || performance.now() - this.#writtenAt < USAGE_WRITES_MS) return;
    this.#written = this.#write(RUNNING, usage);
  }

  async end(exit: ChildExit, usage: Usage): Promise<void> {
    await this.#written;
    await this.#write(exit, usage);
  }

  async #write(exit: ChildExit, usage: Usage): Promise<void> {
    this.#isWriting = true;
    this.#writtenAt = performance.now();
    await this.#context.reportProcess({ ...this.#process, ...exit, ...usage });
    this.#isWriting = false;
  }
}

const RUNNING: ChildExit = { exitCode: null, signal: null };

import type { RunContext } from '@task-monitor/core';
import { exitFailure } from './child-exit.js';
import type { ChildOutput } from './child-output.js';
import type { SupervisedChild } from './supervised-child.js';

/** What a command that ended well leaves behind. */
export interface CommandResult {
  readonly exitCode: 0;
  readonly signal: null;
  /** The last line it wrote to standard output that is neither blank nor progress; 2 KB of it at most. */
  readonly lastLine: string | null;
}

/** A child that runs, and its output, which is being read. */
export interface FollowedChild {
  readonly supervised: SupervisedChild;
  readonly output: ChildOutput;
  /** To be called when the child has ended: resolves when all that will be read of its output has been. */
  readonly drained: () => Promise<void>;
  /** Whether all of its standard error is read. */
  readonly errorsAreRead: boolean;
}

/** Follows a child to its end as the work of a task, which it throws for if that was no good one. */
export async function followChild(
  context: RunContext,
  { supervised, output, drained, errorsAreRead }: FollowedChild,
  forceKillAfterMs: number,
): Promise<CommandResult> {
  const pid = supervised.child.pid ?? null;
  const reported = context.reportProcess({ pid, exitCode: null, signal: null });
  const { exit, stopped } = await supervised.ended(context.signal, forceKillAfterMs);
  await drained();
  await output.end();
  await reported;
  await context.reportProcess({ pid, ...exit });

  if (exit.exitCode === 0) return { exitCode: 0, signal: null, lastLine: output.lastLine };
  if (stopped) throw context.signal.reason as Error;
  const errorLines = output.takeErrorLines();
  throw exitFailure(exit, errorLines.length > 0 || errorsAreRead ? errorLines : null);
}

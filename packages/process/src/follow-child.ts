import type { RunContext } from '@task-monitor/core';
import { exitFailure } from './child-exit.js';
import type { ChildOutput } from './child-output.js';
import type { SharedByChildren } from './shared-by-children.js';
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
  /** Whether it was started for this task: then it is not to outlive this process, and all of its output is read. */
  readonly isOurs: boolean;
}

/** Follows a child to its end as the work of a task, which it throws for if that was no good one. */
export async function followChild(
  context: RunContext,
  { supervised, output, drained, isOurs }: FollowedChild,
  { exitGuard }: SharedByChildren,
  forceKillAfterMs: number,
): Promise<CommandResult> {
  if (isOurs) exitGuard.add(supervised);
  const pid = supervised.child.pid ?? null;
  const reported = context.reportProcess({ pid, exitCode: null, signal: null });
  const { exit, stopped } = await supervised.ended(context.signal, forceKillAfterMs);
  exitGuard.remove(supervised);
  await drained();
  await output.end();
  await reported;
  await context.reportProcess({ pid, ...exit });

  if (exit.exitCode === 0) return { exitCode: 0, signal: null, lastLine: output.lastLine };
  if (stopped) throw context.signal.reason as Error;
  const errorLines = output.takeErrorLines();
  throw exitFailure(exit, errorLines.length > 0 || isOurs ? errorLines : null);
}

import type { ChildProcess } from 'node:child_process';
import type { ChildExit } from './child-exit.js';
import { GroupStop } from './group-stop.js';
import { ProcessGroup } from './process-group.js';

/** How long after a child's end its pipes are read on, where a descendant holds them open. */
const DRAIN_MS = 1_000;

/** How a child ended, and whether that came after it was told to stop. */
export interface SupervisedEnd {
  readonly exit: ChildExit;
  readonly stopped: boolean;
}

/**
 * Waits until `child` has ended and its pipes are read, and stops it and its descendants when `signal` aborts. What is
 * still running when the child ended by itself is left alone: it may be a service that the child was to start.
 */
export async function superviseChild(
  child: ChildProcess,
  signal: AbortSignal,
  forceKillAfterMs: number,
): Promise<SupervisedEnd> {
  const group = new ProcessGroup(child);
  const stop = new GroupStop(group, forceKillAfterMs);
  const onAbort = (): void => stop.begin();
  const closed = new Promise((resolve) => child.once('close', resolve));
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (exitCode, exitSignal) => {
      group.leaderExited();
      signal.removeEventListener('abort', onAbort);
      resolve({ exitCode, signal: exitSignal });
    });
  });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });

  const exit = await exited;
  const stopped = stop.begun;
  await stop.finished();

  const timer = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, DRAIN_MS).unref();
  await closed;
  clearTimeout(timer);
  return { exit, stopped };
}

import type { ChildProcess } from 'node:child_process';
import type { ChildExit } from './child-exit.js';
import { GroupStop } from './group-stop.js';
import { ProcessGroup } from './process-group.js';
import { isDead } from './process-table.js';
import { signalToSend, type Stopping } from './stop-signal.js';

/** How a child ended, and whether it was told to stop while it lived. */
export interface SupervisedEnd {
  readonly exit: ChildExit;
  readonly stopped: boolean;
}

/** A child whose end is noticed from the moment that this is made, or was there before. */
export class SupervisedChild {
  readonly child: ChildProcess;
  readonly #group: ProcessGroup;
  readonly #exited: Promise<ChildExit>;
  #hasExited: boolean;

  constructor(child: ChildProcess) {
    this.child = child;
    this.#group = new ProcessGroup(child);
    this.#hasExited = child.exitCode !== null || child.signalCode !== null;
    this.#exited = this.#hasExited
      ? Promise.resolve({ exitCode: child.exitCode, signal: child.signalCode })
      : new Promise((resolve) => {
          child.once('exit', (exitCode, signal) => {
            this.#group.leaderExited();
            this.#hasExited = true;
            resolve({ exitCode, signal });
          });
        });
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** SIGKILL to the child and its descendants, or to what is left of them. */
  kill(): void {
    this.#group.signal('SIGKILL');
  }

  /** Node tells of an end a turn later, or much later if the event loop is busy. */
  #hasEnded(): boolean {
    return this.#hasExited || isDead(this.child.pid as number);
  }

  /**
   * Waits until the child has ended, and stops it and its descendants when `signal` aborts. What is still running when the
   * child ended by itself is left alone: it may be a service that the child was to start. `onError` is told of a `stopSignal` that
   * has no answer.
   */
  async ended(
    signal: AbortSignal,
    { stopSignal, forceKillAfterMs }: Stopping,
    onError: (error: unknown) => void,
  ): Promise<SupervisedEnd> {
    const first = () => signalToSend(stopSignal, onError);
    const stop = new GroupStop(this.#group, first, forceKillAfterMs);
    const onAbort = (): void => {
      if (!this.#hasEnded()) stop.begin();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });

    const exit = await this.#exited;
    signal.removeEventListener('abort', onAbort);
    const stopped = stop.begun;
    await stop.finished();
    return { exit, stopped };
  }
}

import type { ServerResponse } from 'node:http';
import { isTaskMonitorError, type Task, type TaskMonitor } from '@task-monitor/core';
import { onClientEnd } from './client-end.js';
import { Problem } from './problem.js';

/** What a request waits for before it is answered: a change of one task, or the end of the time. */
export interface Wait {
  readonly taskId: string;
  readonly ms: number;
  /** Whether the task, as it is now, is what is waited for. Its removal ends the waiting in any case. */
  readonly until: (task: Task) => boolean;
}

export interface Waited {
  /** Whether anybody is there to be answered. */
  readonly isClientThere: boolean;
  /** The task as it was last seen; `null`: it was not. */
  readonly latest: Task | null;
}

/** The requests that wait. However many there are, one reader follows the store; nothing is left of one that is over. */
export class WaitingRoom {
  readonly #monitor: TaskMonitor;
  readonly #places: number;
  #waiting = 0;

  constructor(monitor: TaskMonitor, places: number) {
    this.#monitor = monitor;
    this.#places = places;
  }

  /**
   * Resolves when that has come, the time is over, the client has gone, or the monitor is closed.
   *
   * @throws {@link Problem} TOO_MANY_WAITING; TaskMonitorError STORE_UNAVAILABLE, MONITOR_CLOSED
   */
  async wait({ taskId, ms, until }: Wait, res: ServerResponse): Promise<Waited> {
    if (this.#waiting >= this.#places) throw new Problem('TOO_MANY_WAITING');
    const stop = new AbortController();
    const stopped = new Promise<void>((resolve) =>
      stop.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    let isClientThere = true;
    let latest: Task | null = null;
    const callOff = onClientEnd(res, () => {
      isClientThere = false;
      stop.abort();
    });
    const timer = setTimeout(() => stop.abort(), ms);
    timer.unref();
    this.#waiting++;
    try {
      const follow = async (): Promise<void> => {
        for await (const event of this.#monitor.watch({ taskId, signal: stop.signal })) {
          if (event.type === 'task.removed') return;
          if (!('task' in event)) continue;
          latest = event.task;
          if (until(latest)) return;
        }
      };
      // A store that does not answer must not keep the client longer than it wants to wait.
      await Promise.race([follow().catch(ignoreMissing), stopped]);
      return { isClientThere, latest };
    } finally {
      this.#waiting--;
      clearTimeout(timer);
      callOff();
      stop.abort();
    }
  }
}

/** A task that is gone is nothing to wait for; what is answered then says so. */
function ignoreMissing(error: unknown): void {
  if (!isTaskMonitorError(error) || error.code !== 'TASK_NOT_FOUND') throw error;
}

import { constants } from 'node:os';
import { isTaskMonitorError, type Run, type TaskMonitor } from '@task-monitor/core';
import type { StopSignal } from '@task-monitor/process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Stops a run when this process is told to end: at first by asking, and the second time by force. */
export class RunStop {
  readonly #monitor: TaskMonitor;
  readonly #id: string;
  #signal: (typeof SIGNALS)[number] | null = null;

  constructor(monitor: TaskMonitor, { task }: Run<unknown>) {
    this.#monitor = monitor;
    this.#id = task.id;
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** What a shell expects of a program that a signal ended; `null` if none came. */
  get exitCode(): number | null {
    return this.#signal === null ? null : 128 + constants.signals[this.#signal];
  }

  /** What the command is to be asked with: what this process was told itself, as if nothing were between. */
  get stopSignal(): StopSignal {
    return this.#signal ?? 'SIGTERM';
  }

  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    const isFirst = this.#signal === null;
    this.#signal ??= signal as (typeof SIGNALS)[number];
    void (isFirst ? this.#ask(signal) : this.#force());
  };

  async #ask(signal: NodeJS.Signals): Promise<void> {
    const reason = signal === 'SIGINT' ? 'Ctrl-C' : signal;
    try {
      await this.#monitor.cancel(this.#id, { reason });
    } catch (error) {
      // It ended by itself a moment ago: there is nothing to stop.
      if (!isTaskMonitorError(error) || error.code !== 'INVALID_TRANSITION') throw error;
    }
  }

  async #force(): Promise<void> {
    const { status, execution } = await this.#monitor.get(this.#id);
    const pid = execution.process?.pid ?? null;
    if (status !== 'running' || pid === null) return;
    try {
      // The command leads a group of its own, in which its descendants are; on Windows there are no groups.
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

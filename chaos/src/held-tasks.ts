import { setTimeout as sleep } from 'node:timers/promises';
import { isTaskMonitorError, type Run, type Task, type TaskMonitor } from '@task-monitor/core';
import type { Chance } from './chance.js';
import type { Journal } from './journal.js';
import { registrationOf, secretOf } from './canary.js';
import { textOf } from './mark.js';
import { persist } from './persistence.js';

export interface HeldTasksOptions {
  readonly monitor: TaskMonitor;
  readonly journal: Journal;
  readonly name: string;
  readonly chance: Chance;
  readonly tasks: number;
}

/** Reports on one of them so often. */
const REPORT_EVERY_MS = 20;

/** Tasks that go on until they are told to end: every fourth as a function, the others by hand. */
export class HeldTasks {
  readonly #options: HeldTasksOptions;
  readonly #ids: string[] = [];
  readonly #runs: Run<unknown>[] = [];
  #finish!: () => void;
  readonly #finished = new Promise<void>((resolve) => (this.#finish = resolve));
  #isFinishing = false;

  constructor(options: HeldTasksOptions) {
    this.#options = options;
  }

  /** Resolves when all of them run. */
  async start(): Promise<void> {
    const { tasks, name, monitor } = this.#options;
    const starts = Array.from({ length: tasks }, async (_, index) => {
      const id = `${name}-${index + 1}`;
      if (index % 4 === 3) return this.#drive(id);
      await monitor.register({ ...registrationOf(secretOf(index)), id, type: name });
      await monitor.start(id);
      this.#ids.push(id);
    });
    await Promise.all(starts);
  }

  /** Reports by chance, whether the store is there or not, until {@link finish}. */
  async report(): Promise<void> {
    const { chance } = this.#options;
    while (!this.#isFinishing) {
      if (this.#ids.length > 0) this.#report(chance.of(this.#ids)).catch(ignoreUnavailable);
      await sleep(REPORT_EVERY_MS, undefined, { ref: false });
    }
  }

  /** Completes all of them, however long the store is away. */
  async finish(): Promise<void> {
    const { monitor, journal, name } = this.#options;
    this.#isFinishing = true;
    this.#finish();
    const byHand = this.#ids.map(async (id) => {
      const op = journal.nextOp();
      const text = textOf(name, op);
      journal.write({ kind: 'invoke', op, verb: 'complete', id });
      this.#answered(
        op,
        await persist(() => monitor.complete(id, { result: { mark: text, again: text } })),
      );
    });
    await Promise.all([...byHand, ...this.#runs.map((run) => run.recorded)]);
  }

  #report(id: string): Promise<Task> {
    const { monitor, chance } = this.#options;
    const current = chance.below(100);
    return monitor.progress(id, { message: secretOf(current), current, total: 100 });
  }

  async #drive(id: string): Promise<void> {
    const { monitor, journal, name } = this.#options;
    const op = journal.nextOp();
    const text = textOf(name, op);
    let started!: () => void;
    const isStarted = new Promise<void>((resolve) => (started = resolve));
    const options = { ...registrationOf(text), id, type: name };
    const run = await monitor.run(options, async ({ signal }) => {
      started();
      await Promise.race([
        this.#finished,
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        }),
      ]);
      return { mark: text, again: text };
    });
    journal.write({ kind: 'invoke', op, verb: 'end', id });
    this.#runs.push(run);
    void run.recorded.then((task) => this.#answered(op, task), ignoreUnavailable);
    await isStarted;
  }

  #answered(op: number, { status, version }: Task): void {
    this.#options.journal.write({ kind: 'ok', op, status, version });
  }
}

function ignoreUnavailable(error: unknown): void {
  // A report that cannot be stored now is followed by others.
  if (!isTaskMonitorError(error)) throw error;
}

import {
  isTaskMonitorError,
  type Task,
  TaskMonitorError,
  type TaskMonitor,
  type TaskStatus,
} from '@task-monitor/core';
import type { Chance } from './chance.js';
import type { Journal, Verb } from './journal.js';
import { registrationOf, secretOf } from './canary.js';
import { textOf } from './mark.js';
import { persist } from './persistence.js';

export interface SteadfastOptions {
  readonly monitor: TaskMonitor;
  readonly journal: Journal;
  readonly name: string;
  readonly chance: Chance;
  readonly tasks: number;
  readonly lanes: number;
}

/** Brings every task to the end that its metadata names as `meant`, however often the store is away meanwhile. */
export class SteadfastProgram {
  readonly #options: SteadfastOptions;
  #made = 0;

  constructor(options: SteadfastOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const lanes = Array.from({ length: this.#options.lanes }, async () => {
      while (this.#made < this.#options.tasks) await this.#live(`life-${++this.#made}`);
    });
    await Promise.all(lanes);
  }

  async #live(life: string): Promise<void> {
    const { monitor, chance, name } = this.#options;
    const id = `${name}-${life}`;
    const meant = chance.of([
      'completed',
      'completed',
      'completed',
      'failed',
      'cancelled',
    ] as const);
    if (meant === 'completed' && chance.percent(20)) return this.#drive(life, id);
    await this.#op('register', id, (text) => {
      const { metadata, ...registration } = registrationOf(text);
      return monitor.register({
        ...registration,
        id,
        type: name,
        metadata: { ...metadata, life, meant },
        idempotencyKey: id,
      });
    });
    await this.#op('start', id, () => this.#started(id));
    for (let reports = chance.below(3); reports > 0; reports--)
      await this.#op('progress', id, (text, op) =>
        monitor.progress(id, { message: text, current: op, total: 10_000_000 }),
      );
    if (meant === 'completed')
      await this.#op('complete', id, (text, op) =>
        monitor.complete(id, {
          progress: { message: text, current: op, total: 10_000_000 },
          result: { mark: text, again: text },
        }),
      );
    else if (meant === 'failed')
      await this.#op('fail', id, (text) => monitor.fail(id, new Error(text)));
    else await this.#op('cancel', id, (text) => monitor.cancel(id, { reason: text, by: text }));
  }

  /** Who repeats a start whose answer was lost is told that the task runs already. */
  async #started(id: string): Promise<Task> {
    try {
      return await this.#options.monitor.start(id);
    } catch (error) {
      if (!isTaskMonitorError(error) || error.details['status'] !== 'running') throw error;
      return this.#options.monitor.get(id);
    }
  }

  /** The store makes the id here: a task that was registered although nobody learned of it is not the one that runs. */
  async #drive(life: string, id: string): Promise<void> {
    const { monitor, name, journal } = this.#options;
    const op = journal.nextOp();
    const text = textOf(name, op);
    const { metadata, ...registration } = registrationOf(text);
    const options = {
      ...registration,
      type: name,
      metadata: { ...metadata, life, meant: 'completed' },
    };
    const run = await persist(() =>
      monitor.run(options, async ({ progress }) => {
        await progress(`half ${secretOf(op)}`);
        return { mark: text, again: text };
      }),
    );
    journal.write({ kind: 'invoke', op, verb: 'end', id: run.task.id });
    const { status, version } = await run.recorded;
    expectStatus(status, 'completed', id);
    journal.write({ kind: 'ok', op, status, version });
  }

  async #op(
    verb: Verb,
    id: string,
    call: (text: string, op: number) => Promise<Task>,
  ): Promise<void> {
    const { journal, name } = this.#options;
    await persist(async () => {
      const op = journal.nextOp();
      journal.write({ kind: 'invoke', op, verb, id });
      try {
        const { status, version } = await call(textOf(name, op), op);
        journal.write({ kind: 'ok', op, status, version });
      } catch (error) {
        const code = isTaskMonitorError(error) ? error.code : 'none';
        journal.write({ kind: 'info', op, code });
        throw error;
      }
    });
  }
}

function expectStatus(status: TaskStatus, expected: TaskStatus, id: string): void {
  if (status !== expected)
    throw new TaskMonitorError('INVALID_TRANSITION', `Task "${id}" is ${status}.`);
}

import {
  isTaskMonitorError,
  type RunContext,
  type Task,
  type TaskMonitor,
} from '@task-monitor/core';
import type { Chance } from './chance.js';
import type { Journal, Verb } from './journal.js';
import { registrationOf, secretOf } from './canary.js';
import { textOf } from './mark.js';

export interface RandomProgramOptions {
  readonly monitor: TaskMonitor;
  readonly journal: Journal;
  /** Of the process; all its tasks are named after it. */
  readonly name: string;
  readonly chance: Chance;
  /** How many tasks it makes. */
  readonly tasks: number;
  /** How many lives go on at the same time. */
  readonly lanes: number;
  /** Whether it also cancels, ends and removes tasks that others made. */
  readonly meddles: boolean;
}

/** After these the call had no effect, for sure. Any other error leaves that open. */
const REFUSALS: readonly string[] = [
  'INVALID_OPTIONS',
  'INVALID_INPUT',
  'TASK_NOT_FOUND',
  'TASK_EXISTS',
  'INVALID_TRANSITION',
  'CAPACITY',
];

/** Lives of tasks, by chance: all verbs, some of them where they do not belong, each written to the journal. */
export class RandomProgram {
  readonly #options: RandomProgramOptions;
  #made = 0;
  #isStopped = false;

  constructor(options: RandomProgramOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const lanes = Array.from({ length: this.#options.lanes }, async () => {
      while (this.#made < this.#options.tasks && !this.#isStopped) await this.#live(++this.#made);
    });
    await Promise.all(lanes);
  }

  /** Begins no further task. */
  stop(): void {
    this.#isStopped = true;
  }

  async #live(number: number): Promise<void> {
    const { name, chance, meddles } = this.#options;
    const id = `${name}-${number}`;
    if (chance.percent(25)) return this.#drive(id);
    if ((await this.#register(id)) === null) return;
    if (chance.percent(5)) return void (await this.#end(id));
    await this.#op('start', id, () => this.#options.monitor.start(id));
    for (let reports = chance.below(5); reports > 0; reports--) {
      if (chance.percent(70)) await this.#progress(id);
      else await this.#log(id);
    }
    if (meddles && chance.percent(20)) await this.#meddle();
    if (chance.percent(90)) await this.#end(id);
    if (chance.percent(5)) await this.#end(id);
    if (chance.percent(5)) await this.#op('remove', id, () => this.#options.monitor.remove(id));
  }

  #register(id: string): Promise<Task | null> {
    return this.#op('register', id, (text) =>
      this.#options.monitor.register({
        ...registrationOf(text),
        id,
        type: this.#options.name,
        idempotencyKey: id,
      }),
    );
  }

  #progress(id: string): Promise<Task | null> {
    return this.#op('progress', id, (text, op) =>
      this.#options.monitor.progress(id, { message: text, current: op, total: 1_000_000 }),
    );
  }

  #log(id: string): Promise<Task | null> {
    return this.#op('log', id, (text) =>
      this.#options.monitor.log(id, [`${text} 1/3`, `${text} 2/3`, `${text} 3/3`]),
    );
  }

  #end(id: string): Promise<Task | null> {
    const { monitor, chance } = this.#options;
    const which = chance.below(10);
    if (which < 6)
      return this.#op('complete', id, (text, op) =>
        monitor.complete(id, {
          progress: { message: text, current: op, total: 1_000_000 },
          result: { mark: text, again: text },
        }),
      );
    if (which < 8) return this.#op('fail', id, (text) => monitor.fail(id, new Error(text)));
    return this.#op('cancel', id, (text) => monitor.cancel(id, { reason: text, by: text }));
  }

  /** Ends some task, whoever it belongs to. */
  async #meddle(): Promise<void> {
    const { monitor, chance } = this.#options;
    try {
      const { tasks } = await monitor.list({ limit: 30 });
      if (tasks.length > 0) await this.#end(chance.of(tasks).id);
    } catch (error) {
      if (!isTaskMonitorError(error)) throw error;
    }
  }

  /** A function that the monitor drives, and that may stop when it is told to. */
  async #drive(id: string): Promise<void> {
    const { monitor, journal, chance, name } = this.#options;
    const end = journal.nextOp();
    const reports = chance.below(5);
    const fails = chance.percent(20);
    const stops = chance.percent(50);
    const work = async ({ progress, step, log, signal }: RunContext): Promise<unknown> => {
      for (let count = 1; count <= reports; count++) {
        if (stops) signal.throwIfAborted();
        await step(`part ${count} ${secretOf(count)}`, () =>
          progress({ current: count, total: reports }),
        );
      }
      await log(`done ${secretOf(end)}`);
      const text = textOf(name, end);
      if (fails) throw new Error(text);
      return { mark: text, again: text };
    };
    let recorded: Promise<Task> | null = null;
    await this.#op('run', id, async (text) => {
      const run = await monitor.run({ ...registrationOf(text), id, type: name }, work);
      journal.write({ kind: 'invoke', op: end, verb: 'end', id });
      recorded = run.recorded;
      return run.task;
    });
    // Refused or unknown: then there may be a task, but no function that runs.
    if (recorded !== null) await this.#settle(end, recorded);
  }

  #op(
    verb: Verb,
    id: string,
    call: (text: string, op: number) => Promise<Task>,
  ): Promise<Task | null> {
    const { journal, name } = this.#options;
    const op = journal.nextOp();
    journal.write({ kind: 'invoke', op, verb, id });
    return this.#settle(op, call(textOf(name, op), op));
  }

  async #settle(op: number, answer: Promise<Task>): Promise<Task | null> {
    const { journal } = this.#options;
    try {
      const task = await answer;
      journal.write({ kind: 'ok', op, status: task.status, version: task.version });
      return task;
    } catch (error) {
      if (!isTaskMonitorError(error)) throw error;
      const { code } = error;
      journal.write({ kind: REFUSALS.includes(code) ? 'fail' : 'info', op, code });
      return null;
    }
  }
}

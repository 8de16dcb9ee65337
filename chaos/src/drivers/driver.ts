import type { StoreName } from '../backend.js';
import type { Violation } from '../checker/history.js';

export interface DriverOptions {
  readonly store: StoreName | 'memory';
  readonly rounds: number;
  readonly seed: number;
  /** How many tasks, where a driver has a choice. */
  readonly tasks: number;
  /** How long a pause, an outage or the time between two restarts is, where a driver has one. */
  readonly seconds: number;
  /** How long afterwards it is looked on, where there is a pause or an outage. */
  readonly afterSeconds: number;
  /** How soon the tasks of a process that died have to be ended; other times that are promised may be as long, too. */
  readonly deadWithinMs: number;
  /** Says how far it is. */
  readonly say: (text: string) => void;
}

export interface Outcome {
  readonly violations: readonly Violation[];
  /** What was counted and measured, by name. */
  readonly figures: Readonly<Record<string, number>>;
}

/** One way to make trouble. */
export interface Driver {
  readonly name: string;
  /** What it does, in one line. */
  readonly what: string;
  readonly stores: readonly DriverOptions['store'][];
  readonly defaults: Pick<DriverOptions, 'rounds' | 'tasks' | 'seconds' | 'afterSeconds'>;
  run(options: DriverOptions): Promise<Outcome>;
}

import type { LogLine, ProgressInput } from './input.js';
import type { ChildProcess, Task } from './task.js';

/** What a tracked function is given. */
export interface RunContext {
  /** The task as it was started. */
  readonly task: Task;
  /** Fires when the function shall stop; its `reason` is a {@link TaskAbortError}. */
  readonly signal: AbortSignal;
  /**
   * Reports how far it is; inside of a step, how far the step is. Need not be awaited: trouble with the store goes to
   * `onError`, and the last report is stored before the task ends.
   *
   * @throws {@link TaskMonitorError} INVALID_INPUT, at once
   */
  readonly progress: (progress: ProgressInput) => Promise<void>;
  /**
   * Runs `work` as a named part of the task, and returns what it returns. The task's percentage follows from its steps:
   * Σ weight × fraction by Σ weight, where a step that is completed counts as done and one that says nothing as not
   * begun; one that failed, for what it had reached until the task goes on with another.
   *
   * Weights come from `options`, else from the plan that `run` was given as `steps`, else they are 1. Steps may run side by
   * side and inside of each other. A name that is taken gets a number: `page (2)`. Of more than 100 steps the others run
   * without being recorded.
   *
   * Rejects with what `work` throws, and without calling it once the task was told to stop: with the signal's reason.
   *
   * @throws {@link TaskMonitorError} INVALID_INPUT, INVALID_OPTIONS
   *
   * @example
   * const text = await step('transcribe', { weight: 6 }, ({ progress }) => transcribe(file, progress));
   */
  readonly step: StepFunction;
  /** Adds lines to the kept output. Need not be awaited. @throws {@link TaskMonitorError} INVALID_INPUT, at once */
  readonly log: (lines: LogLine | readonly LogLine[]) => Promise<void>;
  /** Says nothing but that the work goes on, for `heartbeatTimeoutMs`, as all the others do too. Costs next to nothing. */
  readonly heartbeat: () => void;
  /** Says which child process does the work, and how that ended. Need not be awaited. */
  readonly reportProcess: (process: ChildProcess) => Promise<void>;
  /** Tells the monitor's `onError` of trouble that the function got over. `where` completes "While …". Never throws. */
  readonly reportError: (error: unknown, where: string) => void;
}

/** The code of a step. Its context's `progress` and `step` are those of the step. */
export type StepWork<T> = (context: RunContext) => T | Promise<T>;

export interface StepOptions {
  /** Its share of the progress, beside the other parts: from 0, none, to 10^9. Default: as planned, else 1. */
  readonly weight?: number;
}

export interface StepFunction {
  <T>(name: string, work: StepWork<T>): Promise<T>;
  <T>(name: string, options: StepOptions, work: StepWork<T>): Promise<T>;
}

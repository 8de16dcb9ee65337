import type { RunContext, StepFunction, StepOptions, StepWork } from './run-context.js';
import type { RunSetting, RunTools } from './run.js';
import type { ProgressChange } from './progress.js';
import { RunSteps } from './run-steps.js';
import type { Task } from './task.js';

/** The run, as far as its function can reach it. */
export interface Reached {
  readonly signal: AbortSignal;
  /** A write that the function need not wait for, and that the end of the task does wait for. */
  track(begin: () => Promise<unknown>, isHeartbeat?: boolean): Promise<void>;
  beat(): void;
}

/** What a run gives its function. The functions in it can be taken out of it. */
export class FunctionContext implements RunContext {
  readonly task: Task;
  declare readonly signal: AbortSignal;
  readonly progress: RunContext['progress'];
  readonly step: RunContext['step'];
  readonly log: RunContext['log'];
  readonly heartbeat: RunContext['heartbeat'];
  readonly reportProcess: RunContext['reportProcess'];
  readonly reportError: RunContext['reportError'];
  readonly #run: Reached;

  constructor(task: Task, run: Reached, tools: RunTools, setting: RunSetting) {
    const { writer, clock, intake } = tools;
    const { id } = task;
    const report = (change: ProgressChange): Promise<void> =>
      run.track(async () => writer.progress(id, change, setting.owner.id));
    let steps: StepFunction | null = null;
    this.#run = run;
    this.task = task;
    Object.defineProperty(this, 'signal', SIGNAL);
    this.progress = (progress) => report(intake.progress(progress));
    this.step = <T>(name: string, options: StepOptions | StepWork<T>, work?: StepWork<T>) => {
      steps ??= this.#steps(tools, setting, report);
      return steps(name, options as StepOptions, work as StepWork<T>);
    };
    this.log = (lines) => {
      const output = intake.output(id, lines, clock.now());
      return run.track(() => writer.appendOutput(id, output));
    };
    this.heartbeat = () => run.beat();
    this.reportProcess = (process) =>
      run.track(() => writer.describe(id, { process: intake.process(process) }), false);
    this.reportError = (error, where) => tools.onError(error, where);
  }

  static signalOf(context: FunctionContext): AbortSignal {
    return context.#run.signal;
  }

  #steps(
    { clock, intake, onError, runs }: RunTools,
    { plan }: RunSetting,
    report: (change: ProgressChange) => Promise<void>,
  ): StepFunction {
    const steps = new RunSteps({
      plan,
      intake,
      now: () => clock.now(),
      report: (changes) => report({ steps: changes }),
      onError: (error) => onError(error, `a step of task "${this.task.id}"`),
    });
    return steps.at({ runs, step: null }, () => this);
  }
}

/**
 * An own property, so that copies of a context have it, and the same function for all of them: with one of its own each
 * context would be an object of a new shape, which costs V8 a microsecond and two kilobytes.
 */
const SIGNAL: PropertyDescriptor = {
  enumerable: true,
  get(this: FunctionContext) {
    return FunctionContext.signalOf(this);
  },
};

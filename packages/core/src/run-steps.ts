import { type Current, within } from './current-task.js';
import { isCausedByAbort } from './failure.js';
import { weightOf } from './input.js';
import type { Intake } from './intake.js';
import { checkOptions, wrongOption } from './options.js';
import { MAX_STEPS, type StepChange } from './parts.js';
import type { RunContext, StepFunction, StepOptions, StepWork } from './run-context.js';

/** Weights of the steps that a run will have, by name. */
export type StepPlan = ReadonlyMap<string, number>;

/**
 * The plan that `run` was given.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS, INVALID_INPUT
 */
export function stepPlan(
  intake: Intake,
  steps: Readonly<Record<string, number>> | undefined,
): StepPlan {
  if (steps === undefined) return NO_PLAN;
  if (typeof steps !== 'object' || steps === null || Array.isArray(steps))
    throw wrongOption('steps', 'an object of weights by the names of steps', steps);
  const plan = Object.entries(steps);
  if (plan.length > MAX_STEPS)
    throw wrongOption('steps', `at most ${MAX_STEPS} steps; use child tasks for more`, plan.length);
  return new Map(
    plan.map(([name, weight]) => [intake.stepName(name), weightOf(`steps.${name}`, weight)]),
  );
}

const NO_PLAN: StepPlan = new Map();

export interface RunStepsOptions {
  readonly plan: StepPlan;
  readonly intake: Intake;
  readonly now: () => number;
  /** Writes what became of a step. Never rejects. */
  readonly report: (changes: readonly StepChange[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** The steps of one run. */
export class RunSteps {
  readonly #options: RunStepsOptions;
  readonly #begun = new Set<string>();
  #saidTooMany = false;

  constructor(options: RunStepsOptions) {
    this.#options = options;
  }

  /** `step` as code at `place` calls it. */
  at(place: Omit<Current, 'context'>, context: () => RunContext): StepFunction {
    return async <T>(
      name: string,
      options: StepOptions | StepWork<T>,
      work?: StepWork<T>,
    ): Promise<T> =>
      typeof options === 'function'
        ? this.#run(place, context(), name, {}, options)
        : this.#run(place, context(), name, options, work as StepWork<T>);
  }

  async #run<T>(
    { runs, step: outer }: Omit<Current, 'context'>,
    context: RunContext,
    given: string,
    options: StepOptions,
    work: StepWork<T>,
  ): Promise<T> {
    const { intake, now } = this.#options;
    checkOptions('step', options, { weight: null });
    if (typeof work !== 'function') throw wrongOption('work', 'a function', work);
    const wanted = intake.stepName(given);
    const weight = weightOf('weight', options.weight ?? this.#options.plan.get(wanted));
    const { signal } = context;
    signal.throwIfAborted();
    const name = this.#begin(wanted);
    if (name === null) return work(context);

    const report = (change: Omit<StepChange, 'name'>): Promise<void> =>
      this.#options.report([{ name, ...change }]);
    void report({ within: outer, weight, status: 'running', startedAt: now() });
    const inner: RunContext = {
      ...context,
      progress: (progress) => report({ progress: intake.progress(progress) }),
      step: this.at({ runs, step: name }, () => inner),
    };
    try {
      const value = await within({ runs, context: inner, step: name }, work);
      void report({ status: 'completed', completedAt: now() });
      return value;
    } catch (error) {
      const status = isCausedByAbort(error, signal) ? 'cancelled' : 'failed';
      void report({ status, completedAt: now() });
      throw error;
    }
  }

  /** The step's own name, or `null` where the task has as many steps as are kept. */
  #begin(wanted: string): string | null {
    const { plan, onError } = this.#options;
    let name = wanted;
    for (let n = 2; this.#begun.has(name); n++) name = `${wanted} (${n})`;
    const later = [...plan.keys()].filter((planned) => !this.#begun.has(planned)).length;
    if (!plan.has(name) && this.#begun.size + later >= MAX_STEPS) {
      if (!this.#saidTooMany)
        onError(
          new Error(
            `Step ${JSON.stringify(name)} is not recorded: a task keeps ${MAX_STEPS} steps. Use child tasks (a run inside of the run) for more.`,
          ),
        );
      this.#saidTooMany = true;
      return null;
    }
    this.#begun.add(name);
    return name;
  }
}

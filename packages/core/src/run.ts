import { type Clock, type Timer } from './clock.js';
import { isTaskMonitorError } from './errors.js';
import type { EndWrite, EndWrites } from './end-writes.js';
import { type AbortCause, isCausedByAbort, TaskAbortError, TaskFailedError } from './failure.js';
import type { Intake } from './intake.js';
import { Latch } from './latch.js';
import type { ParentProgress } from './parent-progress.js';
import { patientWrite } from './patient-write.js';
import type { ProgressChange } from './progress.js';
import type { RunContext } from './run-context.js';
import { RunSteps, type StepPlan } from './run-steps.js';
import { Silence } from './silence.js';
import type { Operation, TaskPatch } from './store.js';
import type { Cancellation, Owner, Task } from './task.js';
import type { Ending, TaskWriter } from './task-writer.js';

/** A function that is being tracked. */
export interface Run<T> {
  /** The task as it was registered. */
  readonly task: Task;
  /**
   * What the function returned; rejects with what it threw, or with the reason of its abort. Marked as handled: not
   * awaiting it crashes nothing.
   */
  readonly finished: Promise<T>;
  /**
   * The finished task as it was stored. While the store is away it is tried again; rejects if it could not be stored
   * before the monitor was closed. Marked as handled.
   */
  readonly recorded: Promise<Task>;
}

/** A place among those that may run at the same time; `null` when the waiting was called off. */
export type TakePlace = (calledOff: Promise<void>) => Promise<(() => void) | null>;

export interface RunSetting {
  readonly writer: TaskWriter;
  readonly parents: ParentProgress;
  readonly endWrites: EndWrites;
  readonly clock: Clock;
  readonly owner: Owner;
  readonly cancelGraceMs: number;
  readonly timeoutMs: number | undefined;
  readonly plan: StepPlan;
  /** Whose function it is: marks nested runs as such. */
  readonly runs: object;
  readonly intake: Intake;
  readonly heartbeatTimeoutMs: number | undefined;
  readonly underWay: boolean;
  readonly takePlace: TakePlace;
  onError(error: unknown, where: string): void;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** One function on its way from `pending` to its end. */
export class ActiveRun<T> implements Run<T> {
  readonly task: Task;
  readonly finished: Promise<T>;
  readonly recorded: Promise<Task>;
  readonly #setting: RunSetting;
  readonly #controller = new AbortController();
  /** Resolves when the function shall stop, and when its time to do so is up. */
  readonly #aborted = new Latch();
  readonly #forced = new Latch();
  readonly #writes = new Set<Promise<unknown>>();
  #cancellation: Cancellation | null = null;
  #deadline: Timer | null = null;
  /** Nothing can be stopped any more. */
  #isOver = false;
  #silence: Silence | null = null;
  /** Which of its limits it exceeded. */
  #exceeded = '';

  constructor(task: Task, setting: RunSetting, work: (context: RunContext) => Promise<T>) {
    this.task = task;
    this.#setting = setting;
    const driven = this.#drive(work);
    this.finished = driven.then((end) => end.finished);
    this.recorded = driven.then((end) => end.recorded);
    this.finished.catch(ignore);
    this.recorded.catch(ignore);
  }

  /** Tells the function to stop. The first cause is the one that counts. */
  abort(why: AbortCause, cancellation: Cancellation | null): void {
    if (this.#isOver || this.#controller.signal.aborted) return;
    this.#cancellation = cancellation;
    const detail = cancellation?.reason ?? ABORT_TEXT[why];
    this.#controller.abort(
      new TaskAbortError(why, `Task "${this.task.id}" was told to stop: ${detail}`),
    );
    this.#aborted.open();
    this.#silence?.end();
    this.#deadline?.cancel();
    this.#deadline = this.#setting.clock.after(this.#setting.cancelGraceMs, () => this.force());
  }

  /** Ends the task although its function goes on. */
  force(): void {
    this.#forced.open();
  }

  /** Whether the function need not be called any more: it was told to stop before it began. */
  get #isCalledOff(): boolean {
    return this.#controller.signal.aborted && !this.#setting.underWay;
  }

  get #reason(): TaskAbortError {
    return this.#controller.signal.reason as TaskAbortError;
  }

  async #drive(work: (context: RunContext) => Promise<T>): Promise<End<T>> {
    let leavePlace: (() => void) | null = null;
    try {
      leavePlace = await this.#setting.takePlace(this.#aborted.opened);
      const started = leavePlace === null ? null : await this.#start();
      if (started !== null && !this.#isCalledOff) {
        return await this.#work(started, work);
      }
      return await this.#ended(
        rejected(this.#reason),
        this.#recordStop(['pending', 'running'], true),
      );
    } catch (error) {
      // The store did not answer before the function was called: nobody else would ever end the task.
      return await this.#ended(rejected(error), this.#record({ error: notStarted(error) }));
    } finally {
      this.#isOver = true;
      this.#silence?.end();
      this.#deadline?.cancel();
      leavePlace?.();
    }
  }

  /** `null` when it was told to stop before it began. */
  async #start(): Promise<Task | null> {
    const { signal } = this.#controller;
    if (this.#isCalledOff) return null;
    const { writer } = this.#setting;
    const { id } = this.task;
    try {
      const task = await this.#startInStore();
      if (this.#isCalledOff) return null;
      if (!signal.aborted) this.#setLimits();
      return task;
    } catch (error) {
      if (this.#isCalledOff) return null;
      if (!isTaskMonitorError(error) || error.code !== 'INVALID_TRANSITION') throw error;
      // It was ended while it waited, and word of that is still on its way.
      const { cancel } = (await writer.read(id)).execution;
      this.abort(cancel === null ? 'ended' : 'cancel', cancel);
      return null;
    }
  }

  #startInStore(): Promise<Task> {
    const { writer, owner, clock, plan } = this.#setting;
    const operation = writer.operation();
    return patientWrite(
      () => writer.start(this.task.id, owner, 'runner', planned(plan), operation),
      { clock, calledOff: this.#aborted.opened, isCalledOff: () => this.#isCalledOff },
    );
  }

  #setLimits(): void {
    const { clock, timeoutMs, heartbeatTimeoutMs } = this.#setting;
    const exceeded = (limit: string): void => {
      this.#exceeded = limit;
      this.abort('timeout', null);
    };
    if (timeoutMs !== undefined)
      this.#deadline = clock.after(timeoutMs, () =>
        exceeded(`Did not finish within its time limit of ${timeoutMs} ms`),
      );
    if (heartbeatTimeoutMs !== undefined)
      this.#silence = new Silence(clock, heartbeatTimeoutMs, () =>
        exceeded(`Was silent for ${heartbeatTimeoutMs} ms, all that \`heartbeatTimeoutMs\` allows`),
      );
  }

  async #work(task: Task, work: (context: RunContext) => Promise<T>): Promise<End<T>> {
    const settled = outcomeOf(work, this.#context(task));
    const outcome = await Promise.race([settled, this.#forced.opened]);
    if (outcome === undefined) {
      void settled.then((late) => this.#recordLate(late));
      return this.#ended(rejected(this.#reason), this.#recordStop(['running'], false));
    }
    await Promise.allSettled(this.#writes);
    await this.#setting.parents.flush(this.task.id);
    if ('value' in outcome)
      return this.#ended(Promise.resolve(outcome.value), this.#record(outcome));
    const stopped = isCausedByAbort(outcome.error, this.#controller.signal);
    return this.#ended(
      rejected(outcome.error),
      stopped ? this.#recordStop(['running'], true) : this.#record(outcome),
    );
  }

  /** Whoever awaits the value finds the task finished, unless the store is in trouble: then the value comes alone. */
  async #ended(finished: Promise<T>, { stored, tried }: EndWrite<Task>): Promise<End<T>> {
    await tried;
    return { finished, recorded: stored };
  }

  #record(outcome: Outcome<T>, where = 'recording the end of'): EndWrite<Task> {
    const { writer, intake } = this.#setting;
    const { id } = this.task;
    const ending: Ending =
      'value' in outcome
        ? { verb: 'complete', cause: 'caller', ...resultPatch(outcome.value, intake) }
        : { verb: 'fail', cause: 'caller', error: intake.failure(outcome.error) };
    return this.#write((operation) => writer.end(id, ending, operation), where);
  }

  #write(
    write: (operation: Operation) => Promise<Task>,
    where = 'recording the end of',
  ): EndWrite<Task> {
    const operation = this.#setting.writer.operation();
    return this.#setting.endWrites.write(`${where} task "${this.task.id}"`, () => write(operation));
  }

  /** Ends the task because its function stopped when told to (`inTime`), or did not. */
  #recordStop(from: readonly ('pending' | 'running')[], inTime: boolean): EndWrite<Task> {
    const { writer, clock } = this.#setting;
    const { id } = this.task;
    const { why } = this.#reason;
    if (why === 'timeout') {
      const error = {
        code: 'TIMEOUT',
        message: this.#timeoutMessage(inTime),
        name: null,
        stack: null,
      } as const;
      const ending: Ending = { verb: 'fail', cause: 'timeout', error };
      return this.#write((operation) => writer.end(id, ending, operation));
    }
    const now = clock.now();
    const cancel = Object.freeze({
      ...(this.#cancellation ?? { requestedAt: now, reason: ABORT_TEXT[why], requestedBy: null }),
      acknowledgedAt: inTime ? now : null,
      forced: !inTime,
    });
    const cause = why === 'shutdown' ? 'shutdown' : 'cancel';
    return this.#write(
      async (operation) =>
        (await writer.endAsCancelled(id, from, cancel, cause, operation)) ?? writer.read(id),
    );
  }

  /** The task was ended without its function: what that came to in the end is noted, and changes nothing. */
  #recordLate(outcome: Outcome<T>): void {
    if ('error' in outcome && isCausedByAbort(outcome.error, this.#controller.signal)) return;
    this.#record(outcome, 'noting the late outcome of');
  }

  #timeoutMessage(inTime: boolean): string {
    return inTime ? this.#exceeded : `${this.#exceeded}, and did not stop when told to`;
  }

  #context(task: Task): RunContext {
    const { writer, owner, clock, plan, runs, intake } = this.#setting;
    const { id } = task;
    const report = (change: ProgressChange): Promise<void> =>
      this.#track(() => writer.progress(id, change, owner.id));
    const steps = new RunSteps({
      plan,
      intake,
      now: () => clock.now(),
      report: (changes) => report({ steps: changes }),
      onError: (error) => this.#setting.onError(error, `a step of task "${id}"`),
    });
    const context: RunContext = {
      task,
      signal: this.#controller.signal,
      progress: (progress) => report(intake.progress(progress)),
      step: steps.at({ runs, step: null }, () => context),
      log: (lines) => {
        const output = intake.output(id, lines, clock.now());
        return this.#track(() => writer.appendOutput(id, output));
      },
      heartbeat: () => this.#silence?.beat(),
      reportProcess: (process) =>
        this.#track(() => writer.describe(id, { process: intake.process(process) }), false),
      reportError: (error, where) => this.#setting.onError(error, where),
    };
    return context;
  }

  /** A write that the function need not wait for, and that the end of the task does wait for. */
  #track(begin: () => Promise<unknown>, isHeartbeat = true): Promise<void> {
    // What a step or a forgotten promise still says: the task is finished, and takes nothing more.
    if (this.#isOver) return Promise.resolve();
    if (isHeartbeat) this.#silence?.beat();
    const tracked: Promise<void> = begin()
      .then(ignore, (error: unknown) =>
        this.#setting.onError(error, `a report of task "${this.task.id}"`),
      )
      .finally(() => this.#writes.delete(tracked));
    this.#writes.add(tracked);
    return tracked;
  }
}

interface End<T> {
  readonly finished: Promise<T>;
  readonly recorded: Promise<Task>;
}

const ABORT_TEXT: Record<AbortCause, string> = {
  cancel: 'it was cancelled',
  timeout: 'its time limit passed',
  shutdown: 'SHUTDOWN',
  ended: 'somebody else ended it',
};

async function outcomeOf<T>(
  work: (context: RunContext) => Promise<T>,
  context: RunContext,
): Promise<Outcome<T>> {
  try {
    return { value: await work(context) };
  } catch (error) {
    return { error };
  }
}

export function notStarted(cause: unknown): TaskFailedError {
  const why = cause instanceof Error ? cause.message : 'the store did not answer.';
  return new TaskFailedError('ERROR', `It was not started, nor its function called: ${why}`, {
    cause,
  });
}

/** The steps that will come, as the task's first progress. */
function planned(plan: StepPlan): ProgressChange | undefined {
  if (plan.size === 0) return undefined;
  return { steps: [...plan].map(([name, weight]) => ({ name, weight, planned: true })) };
}

/** The result as JSON; work that succeeded does not fail because its value cannot be kept. */
function resultPatch(value: unknown, intake: Intake): Pick<TaskPatch, 'result' | 'resultOmitted'> {
  if (value === undefined) return {};
  try {
    return { result: intake.result(value) };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'The result is not JSON.';
    return { resultOmitted: intake.message('result', why) ?? undefined };
  }
}

function rejected(error: unknown): Promise<never> {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown is handed on as it is
  const promise = Promise.reject(error);
  promise.catch(ignore);
  return promise;
}

function ignore(): void {
  // Whoever cares has the promise.
}

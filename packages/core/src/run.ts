import { type Clock, type Timer } from './clock.js';
import { within } from './current-task.js';
import { isTaskMonitorError } from './errors.js';
import type { EndWrites } from './end-writes.js';
import { type AbortCause, isCausedByAbort, TaskAbortError, TaskFailedError } from './failure.js';
import { FunctionContext, type Reached } from './function-context.js';
import type { Intake } from './intake.js';
import { Latch } from './latch.js';
import type { ParentProgress } from './parent-progress.js';
import type { ProgressChange } from './progress.js';
import type { Prompt } from './prompt.js';
import type { RunContext } from './run-context.js';
import type { StepPlan } from './run-steps.js';
import { Silence } from './silence.js';
import type { Operation, TaskPatch } from './store.js';
import type { Cancellation, Owner, Task } from './task.js';
import type { Ending, TaskWriter } from './task-writer.js';
import { tryAgain } from './try-again.js';

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
export type TakePlace = (calledOff: Latch) => Promise<(() => void) | null>;

/** What all runs of a monitor share. */
export interface RunTools {
  readonly writer: TaskWriter;
  readonly parents: ParentProgress;
  readonly endWrites: EndWrites;
  readonly clock: Clock;
  readonly cancelGraceMs: number;
  readonly intake: Intake;
  /** Whose functions they are: marks nested runs as such. */
  readonly runs: object;
  readonly onError: (error: unknown, where: string) => void;
  /** Is told when a run's end is recorded or given up, before anybody else. */
  readonly left: (task: Task) => void;
}

export interface RunSetting {
  readonly owner: Owner;
  readonly timeoutMs: number | undefined;
  readonly heartbeatTimeoutMs: number | undefined;
  readonly plan: StepPlan;
  readonly underWay: boolean;
  /** `null`: it needs none. */
  readonly takePlace: TakePlace | null;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

type Work<T> = (context: RunContext) => T | Promise<T>;

/** One function on its way from `pending` to its end. */
export class ActiveRun<T> implements Run<T>, Reached {
  readonly task: Task;
  readonly finished: Promise<T>;
  readonly recorded: Promise<Task>;
  readonly #tools: RunTools;
  readonly #setting: RunSetting;
  #resolveRecorded!: (task: Task) => void;
  #rejectRecorded!: (error: unknown) => void;
  #resolveFinished!: (value: T) => void;
  #rejectFinished!: (error: unknown) => void;
  /** Why it was told to stop. */
  #reason: TaskAbortError | null = null;
  /** Made when somebody asks for its signal: few do, and it costs as much as all the rest of a run. */
  #controller: AbortController | null = null;
  /** Opened when the function shall stop, and when its time to do so is up. */
  readonly #aborted = new Latch();
  /** The function was called and is not over; the task's end is its own. */
  #isWorking = false;
  /** Its time to stop is up. */
  #isForced = false;
  #leavePlace: (() => void) | null = null;
  /** Reports that are on their way. */
  #writes: Set<Promise<unknown>> | null = null;
  #cancellation: Cancellation | null = null;
  #deadline: Timer | null = null;
  /** Nothing can be stopped any more. */
  #isOver = false;
  #silence: Silence | null = null;
  /** Which of its limits it exceeded. */
  #exceeded = '';

  /** Does nothing until {@link begin} is called. */
  constructor(task: Task, tools: RunTools, setting: RunSetting) {
    this.task = task;
    this.#tools = tools;
    this.#setting = setting;
    this.recorded = new Promise((resolve, reject) => {
      this.#resolveRecorded = resolve;
      this.#rejectRecorded = reject;
    });
    this.finished = new Promise((resolve, reject) => {
      this.#resolveFinished = resolve;
      this.#rejectFinished = reject;
    });
  }

  /** Fires when the function shall stop. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#reason !== null) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Tells the function to stop. The first cause is the one that counts. */
  abort(why: AbortCause, cancellation: Cancellation | null): void {
    if (this.#isOver || this.#reason !== null) return;
    this.#cancellation = cancellation;
    const detail = cancellation?.reason ?? ABORT_TEXT[why];
    this.#reason = new TaskAbortError(why, `Task "${this.task.id}" was told to stop: ${detail}`);
    this.#controller?.abort(this.#reason);
    this.#aborted.open();
    this.#silence?.end();
    this.#deadline?.cancel();
    this.#deadline = this.#tools.clock.after(this.#tools.cancelGraceMs, () => this.force());
  }

  /** Ends the task although its function goes on. */
  force(): void {
    if (this.#isForced) return;
    this.#isForced = true;
    if (this.#isWorking) this.#endWithoutFunction();
  }

  /** Whether the function need not be called any more: it was told to stop before it began. */
  get #isCalledOff(): boolean {
    return this.#reason !== null && !this.#setting.underWay;
  }

  /**
   * Calls `work` when there is a place for it, and records what comes of that. Never rejects. One function for all of it,
   * and the callbacks of the end: each further `await` costs as much as a store in memory does.
   */
  async begin(work: Work<T>): Promise<void> {
    const { takePlace } = this.#setting;
    const { parents, runs } = this.#tools;
    let task: Task | null = null;
    try {
      this.#leavePlace = takePlace === null ? ignore : await takePlace(this.#aborted);
      if (this.#leavePlace !== null && !this.#isCalledOff) {
        const start = this.#startOnce();
        try {
          // Awaited though it may be there: the function is never called within the call of `run`.
          task = await start();
        } catch (error) {
          task = await this.#startAfter(error, start);
        }
      }
    } catch (error) {
      // The store did not answer before the function was called: nobody else would ever end the task.
      return this.#end({ error }, this.#recordAs({ error: notStarted(error) }));
    }
    if (task === null || this.#isCalledOff) return this.#endAsStopped(['pending', 'running']);
    if (this.#reason === null) this.#setLimits();

    this.#isWorking = true;
    if (this.#isForced) this.#endWithoutFunction();
    let outcome: Outcome<T>;
    try {
      const context = new FunctionContext(task, this, this.#tools, this.#setting);
      outcome = { value: await within({ runs, context, step: null }, work) };
    } catch (error) {
      outcome = { error };
    }
    if (!this.#isWorking) return this.#recordLate(outcome);
    this.#isWorking = false;
    if (this.#writes !== null) await Promise.allSettled(this.#writes);
    if (parents.isFollowed(task.id)) await parents.flush(task.id);
    if ('error' in outcome && this.#isAbort(outcome.error))
      this.#endAsStopped(['running'], outcome.error);
    else this.#end(outcome, this.#recordAs(outcome));
  }

  /** The write that starts the task, the same one whenever it is sent. */
  #startOnce(): () => Prompt<Task> {
    const { writer } = this.#tools;
    const { owner, plan } = this.#setting;
    const operation = writer.operation();
    return () => writer.start(this.task.id, owner, 'runner', planned(plan), operation);
  }

  /** The task was not started at the first try. `null` when it was told to stop meanwhile. */
  async #startAfter(failed: unknown, start: () => Prompt<Task>): Promise<Task | null> {
    const { writer, clock } = this.#tools;
    try {
      return await tryAgain(failed, start, {
        clock,
        calledOff: this.#aborted,
        isCalledOff: () => this.#isCalledOff,
      });
    } catch (error) {
      if (this.#isCalledOff) return null;
      if (!isTaskMonitorError(error) || error.code !== 'INVALID_TRANSITION') throw error;
      // It was ended while it waited, and word of that is still on its way.
      const { cancel } = (await writer.read(this.task.id)).execution;
      this.abort(cancel === null ? 'ended' : 'cancel', cancel);
      return null;
    }
  }

  #setLimits(): void {
    const { clock } = this.#tools;
    const { timeoutMs, heartbeatTimeoutMs } = this.#setting;
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

  #isAbort(error: unknown): boolean {
    return this.#reason !== null && isCausedByAbort(error, this.signal);
  }

  /** What the function comes to is only noted from now on. */
  #endWithoutFunction(): void {
    this.#isWorking = false;
    this.#end({ error: this.#reason }, this.#recordStop(['running'], false));
  }

  #endAsStopped(from: readonly ('pending' | 'running')[], error: unknown = this.#reason): void {
    this.#end({ error }, this.#recordStop(from, true));
  }

  /** Whoever awaits the value finds the task finished, unless the store is in trouble: then the value comes alone. */
  #end(outcome: Outcome<T>, record: (operation: Operation) => Prompt<Task>): void {
    const { writer, endWrites } = this.#tools;
    const operation = writer.operation();
    endWrites.write(`recording the end of task "${this.task.id}"`, () => record(operation), {
      stored: (task) => {
        this.#tools.left(this.task);
        this.#resolveRecorded(task);
      },
      givenUp: (error) => {
        this.#tools.left(this.task);
        this.recorded.catch(ignore);
        this.#rejectRecorded(error);
      },
      tried: () => {
        this.#isOver = true;
        this.#silence?.end();
        this.#deadline?.cancel();
        this.#leavePlace?.();
        this.#finish(outcome);
      },
    });
  }

  #finish(outcome: Outcome<T>): void {
    if ('value' in outcome) return this.#resolveFinished(outcome.value);
    this.finished.catch(ignore);
    this.#rejectFinished(outcome.error);
  }

  #recordAs(outcome: Outcome<T>): (operation: Operation) => Prompt<Task> {
    const { writer, intake } = this.#tools;
    const { id } = this.task;
    const ending: Ending =
      'value' in outcome
        ? { verb: 'complete', cause: 'caller', ...resultPatch(outcome.value, intake) }
        : { verb: 'fail', cause: 'caller', error: intake.failure(outcome.error) };
    return (operation) => writer.end(id, ending, operation);
  }

  /** Ends the task because its function stopped when told to (`inTime`), or did not. */
  #recordStop(
    from: readonly ('pending' | 'running')[],
    inTime: boolean,
  ): (operation: Operation) => Prompt<Task> {
    const { writer, clock } = this.#tools;
    const { id } = this.task;
    const { why } = this.#reason as TaskAbortError;
    if (why === 'timeout') {
      const error = {
        code: 'TIMEOUT',
        message: this.#timeoutMessage(inTime),
        name: null,
        stack: null,
      } as const;
      return (operation) => writer.end(id, { verb: 'fail', cause: 'timeout', error }, operation);
    }
    const now = clock.now();
    const cancel = Object.freeze({
      ...(this.#cancellation ?? { requestedAt: now, reason: ABORT_TEXT[why], requestedBy: null }),
      acknowledgedAt: inTime ? now : null,
      forced: !inTime,
    });
    const cause = why === 'shutdown' ? 'shutdown' : 'cancel';
    return async (operation) =>
      (await writer.endAsCancelled(id, from, cancel, cause, operation)) ?? writer.read(id);
  }

  /** The task was ended without its function: what that came to in the end is noted, and changes nothing. */
  #recordLate(outcome: Outcome<T>): void {
    if ('error' in outcome && this.#isAbort(outcome.error)) return;
    const { writer, endWrites } = this.#tools;
    const operation = writer.operation();
    const record = this.#recordAs(outcome);
    endWrites.write(`noting the late outcome of task "${this.task.id}"`, () => record(operation));
  }

  #timeoutMessage(inTime: boolean): string {
    return inTime ? this.#exceeded : `${this.#exceeded}, and did not stop when told to`;
  }

  beat(): void {
    this.#silence?.beat();
  }

  track(begin: () => Promise<unknown>, isHeartbeat = true): Promise<void> {
    // What a step or a forgotten promise still says: the task is finished, and takes nothing more.
    if (this.#isOver) return Promise.resolve();
    if (isHeartbeat) this.beat();
    const writes = (this.#writes ??= new Set());
    const tracked: Promise<void> = begin()
      .then(ignore, (error: unknown) =>
        this.#tools.onError(error, `a report of task "${this.task.id}"`),
      )
      .finally(() => writes.delete(tracked));
    writes.add(tracked);
    return tracked;
  }
}

const ABORT_TEXT: Record<AbortCause, string> = {
  cancel: 'it was cancelled',
  timeout: 'its time limit passed',
  shutdown: 'SHUTDOWN',
  ended: 'somebody else ended it',
};

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

function ignore(): void {
  // Whoever cares has the promise.
}

import { type Clock, type Timer } from './clock.js';
import { isTaskMonitorError } from './errors.js';
import { type AbortCause, isCausedByAbort, TaskAbortError, toFailure } from './failure.js';
import { type LogLine, outputLines, type ProgressInput, progressUpdate } from './input.js';
import { toJson } from './json.js';
import { LIMITS } from './limits.js';
import { Silence } from './silence.js';
import type { TaskPatch } from './store.js';
import type { Cancellation, ChildProcess, Owner, Task } from './task.js';
import type { TaskWriter } from './task-writer.js';

/** What a tracked function is given. */
export interface RunContext {
  /** The task as it was started. */
  readonly task: Task;
  /** Fires when the function shall stop; its `reason` is a {@link TaskAbortError}. */
  readonly signal: AbortSignal;
  /**
   * Reports how far it is. Need not be awaited: trouble with the store goes to `onError`, and the last report is stored
   * before the task ends.
   *
   * @throws {@link TaskMonitorError} INVALID_INPUT, at once
   */
  readonly progress: (progress: ProgressInput) => Promise<void>;
  /** Adds lines to the kept output. Need not be awaited. @throws {@link TaskMonitorError} INVALID_INPUT, at once */
  readonly log: (lines: LogLine | readonly LogLine[]) => Promise<void>;
  /** Says nothing but that the work goes on, for `heartbeatTimeoutMs`, as all the others do too. Costs next to nothing. */
  readonly heartbeat: () => void;
  /** Says which child process does the work, and how that ended. Need not be awaited. */
  readonly reportProcess: (process: ChildProcess) => Promise<void>;
}

/** A function that is being tracked. */
export interface Run<T> {
  /** The task as it was registered. */
  readonly task: Task;
  /**
   * What the function returned; rejects with what it threw, or with the reason of its abort. Marked as handled: not
   * awaiting it crashes nothing.
   */
  readonly finished: Promise<T>;
  /** The finished task as it was stored; rejects if it could not be. Marked as handled. */
  readonly recorded: Promise<Task>;
}

/** A place among those that may run at the same time; `null` when the waiting was called off. */
export type TakePlace = (calledOff: Promise<void>) => Promise<(() => void) | null>;

export interface RunSetting {
  readonly writer: TaskWriter;
  readonly clock: Clock;
  readonly owner: Owner;
  readonly cancelGraceMs: number;
  readonly timeoutMs: number | undefined;
  readonly heartbeatTimeoutMs: number | undefined;
  readonly underWay: boolean;
  readonly captureStacks: boolean;
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
    if (this.#controller.signal.aborted) return;
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
      return await this.#ended(rejected(error), this.#record({ error }));
    } finally {
      this.#silence?.end();
      this.#deadline?.cancel();
      leavePlace?.();
    }
  }

  /** `null` when it was told to stop before it began. */
  async #start(): Promise<Task | null> {
    const { signal } = this.#controller;
    if (this.#isCalledOff) return null;
    const { writer, owner } = this.#setting;
    const { id } = this.task;
    try {
      const task = await writer.start(id, owner, 'runner');
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
    if ('value' in outcome)
      return this.#ended(Promise.resolve(outcome.value), this.#record(outcome));
    const stopped = isCausedByAbort(outcome.error, this.#controller.signal);
    return this.#ended(
      rejected(outcome.error),
      stopped ? this.#recordStop(['running'], true) : this.#record(outcome),
    );
  }

  /** Whoever awaits the value finds the task finished, unless the store is in trouble: then the value comes alone. */
  async #ended(finished: Promise<T>, recorded: Promise<Task>): Promise<End<T>> {
    await recorded.catch((error: unknown) =>
      this.#setting.onError(error, `recording the end of task "${this.task.id}"`),
    );
    return { finished, recorded };
  }

  async #record(outcome: Outcome<T>): Promise<Task> {
    const { writer, captureStacks } = this.#setting;
    if ('value' in outcome) {
      return writer.end(this.task.id, {
        verb: 'complete',
        cause: 'caller',
        ...resultPatch(outcome.value),
      });
    }
    const error = toFailure(outcome.error, captureStacks);
    return writer.end(this.task.id, { verb: 'fail', cause: 'caller', error });
  }

  /** Ends the task because its function stopped when told to (`inTime`), or did not. */
  async #recordStop(from: readonly ('pending' | 'running')[], inTime: boolean): Promise<Task> {
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
      return writer.end(id, { verb: 'fail', cause: 'timeout', error });
    }
    const now = clock.now();
    const cancel = Object.freeze({
      ...(this.#cancellation ?? { requestedAt: now, reason: ABORT_TEXT[why], requestedBy: null }),
      acknowledgedAt: inTime ? now : null,
      forced: !inTime,
    });
    const cause = why === 'shutdown' ? 'shutdown' : 'cancel';
    return (await writer.endAsCancelled(id, from, cancel, cause)) ?? writer.read(id);
  }

  /** The task was ended without its function: what that came to in the end is noted, and changes nothing. */
  async #recordLate(outcome: Outcome<T>): Promise<void> {
    if ('error' in outcome && isCausedByAbort(outcome.error, this.#controller.signal)) return;
    await this.#record(outcome).catch((error: unknown) =>
      this.#setting.onError(error, `noting the late outcome of task "${this.task.id}"`),
    );
  }

  #timeoutMessage(inTime: boolean): string {
    return inTime ? this.#exceeded : `${this.#exceeded}, and did not stop when told to`;
  }

  #context(task: Task): RunContext {
    const { writer, owner, clock } = this.#setting;
    const { id } = task;
    return {
      task,
      signal: this.#controller.signal,
      progress: (progress) => this.#track(writer.progress(id, progressUpdate(progress), owner.id)),
      log: (lines) => this.#track(writer.appendOutput(id, outputLines(lines, clock.now()))),
      heartbeat: () => this.#silence?.beat(),
      reportProcess: (process) =>
        this.#track(writer.describe(id, { process: Object.freeze({ ...process }) }), false),
    };
  }

  /** A write that the function need not wait for, and that the end of the task does wait for. */
  #track(write: Promise<unknown>, isHeartbeat = true): Promise<void> {
    if (isHeartbeat) this.#silence?.beat();
    const tracked: Promise<void> = write
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

/** A promise that is resolved from outside, once. */
class Latch {
  open!: () => void;
  readonly opened = new Promise<undefined>((resolve) => (this.open = () => resolve(undefined)));
}

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

/** The result as JSON; work that succeeded does not fail because its value cannot be kept. */
function resultPatch(value: unknown): Pick<TaskPatch, 'result' | 'resultOmitted'> {
  if (value === undefined) return {};
  try {
    return { result: toJson(value, { name: 'result', maxBytes: LIMITS.resultBytes }) };
  } catch (error) {
    return { resultOmitted: error instanceof Error ? error.message : 'The result is not JSON.' };
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

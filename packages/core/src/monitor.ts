import { CancelSignals } from './cancel-signals.js';
import { ChangeFeed } from './change-feed.js';
import { type Clock, systemClock, type Timer } from './clock.js';
import type { CoalescedProgress } from './coalesced-progress.js';
import { EndWrites } from './end-writes.js';
import { TaskMonitorError, taskNotFound } from './errors.js';
import type { Eta } from './estimate.js';
import type { Health } from './health.js';
import { newId } from './id.js';
import {
  type LogLine,
  type ProgressInput,
  REGISTER_OPTIONS,
  type RegisterOptions,
} from './input.js';
import { Intake } from './intake.js';
import type { JsonObject } from './json.js';
import { LeaseKeeper } from './lease.js';
import { invalidTransition, judge } from './lifecycle.js';
import { FILTER_OPTIONS, type ListOptions, statusesOf, type TaskPage } from './list-options.js';
import type {
  CancelOptions,
  CleanupOptions,
  CompleteOptions,
  RunOptions,
  TaskMonitorOptions,
} from './monitor-options.js';
import { monitorStore } from './monitor-store.js';
import {
  abortSignal,
  aFunction,
  boolean,
  checkOptions,
  count,
  milliseconds,
  positiveInteger,
  text,
  wrongOption,
} from './options.js';
import { Outlook } from './outlook.js';
import { ParentProgress } from './parent-progress.js';
import { parents } from './parents.js';
import { isComing } from './prompt.js';
import type { TaskFilter } from './query.js';
import { checkRedactOptions } from './redact/redact-options.js';
import { Redactor } from './redact/redactor.js';
import { DAY_MS, Retention } from './retention.js';
import type { Run } from './run.js';
import type { RunContext } from './run-context.js';
import { stepPlan } from './run-steps.js';
import { Runs, type WantedRun } from './runs.js';
import { SignalListeners } from './signal-listeners.js';
import { type TaskStats, taskStats } from './stats.js';
import type { ChangePage, ChangesRequest, Position, TaskOutput, TaskStore } from './store.js';
import {
  type Cancellation,
  isFinished,
  type Task,
  type TaskFailure,
  type TaskStatus,
} from './task.js';
import { TaskLists } from './task-lists.js';
import { TaskWriter } from './task-writer.js';
import { visibleText } from './text.js';
import { VitalSigns, type Vitals } from './vitals.js';
import { type TaskEvent, watchAll, type WatchOptions, watchTask } from './watch.js';

/**
 * Tracks background work: register a task, say how it goes, and read what all of them are doing.
 *
 * Every call is one atomic operation of the store. In memory it costs microseconds; a database adds its round trip.
 *
 * @example
 * const monitor = new TaskMonitor();
 * const task = await monitor.register({ type: 'ingest', metadata: { videos: ['dQw4w9WgXcQ'] } });
 * await monitor.start(task.id);
 * await monitor.progress(task.id, { message: 'embedding', current: 12, total: 80, unit: 'segments' });
 * await monitor.complete(task.id, { result: { segments: 80 } });
 */
export class TaskMonitor {
  /** A fresh UUID: what this monitor ended is marked with it. */
  readonly id: string = newId();
  readonly #store: TaskStore;
  readonly #progress: CoalescedProgress | null;
  readonly #closeStore: boolean;
  readonly #clock: Clock;
  readonly #intake: Intake;
  readonly #onError: ((error: unknown, where: string) => void) | undefined;
  readonly #writer: TaskWriter;
  readonly #lists: TaskLists;
  readonly #feed: ChangeFeed;
  readonly #lease: LeaseKeeper;
  readonly #signals: CancelSignals;
  readonly #retention: Retention;
  readonly #parents: ParentProgress;
  readonly #endWrites: EndWrites;
  readonly #runs: Runs;
  readonly #outlook: Outlook;
  readonly #vitals: VitalSigns;
  readonly #callerSignals = new SignalListeners();
  /** Fires on close and ends every `watch`. */
  readonly #end = new AbortController();
  #closing: Promise<void> | null = null;

  /** @throws {@link TaskMonitorError} INVALID_OPTIONS */
  constructor(options: TaskMonitorOptions = {}) {
    checkOptions('TaskMonitor', options, {
      store: null,
      closeStore: boolean,
      concurrency: positiveInteger,
      retention: null,
      cancelGraceMs: milliseconds,
      progressIntervalMs: count,
      captureStacks: boolean,
      redact: null,
      onError: aFunction,
      clock: null,
    });
    const retention = options.retention ?? {};
    this.#clock = options.clock ?? systemClock;
    this.#onError = options.onError;
    this.#intake = new Intake(
      redactorOf(options.redact, (error, where) => this.#report(error, where)),
      options.captureStacks ?? process.env['NODE_ENV'] !== 'production',
    );
    this.#closeStore = options.closeStore ?? true;
    const report = (where: string) => (error: unknown) => this.#report(error, where);
    const made = monitorStore(options, this.#clock, report('storing progress'));
    ({ store: this.#store, progress: this.#progress } = made);
    this.#writer = new TaskWriter(made.writes, this.#clock, this.id);
    this.#lists = new TaskLists(this.#store, this.#clock, this.#intake);
    this.#feed = new ChangeFeed(this.#store, this.#clock, report('following the changes'), () =>
      this.#vitals.missed(),
    );
    this.#retention = new Retention(
      this.#store,
      this.#writer,
      this.#clock,
      retention,
      report('removing old tasks'),
    );
    this.#vitals = new VitalSigns({
      store: this.#store,
      clock: this.#clock,
      feed: this.#feed,
      retention: this.#retention,
      memory: made.memory,
      onError: report('auditing the store'),
    });
    this.#signals = new CancelSignals(
      this.#store,
      this.#feed,
      report('looking for cancelled tasks'),
    );
    this.#lease = new LeaseKeeper(this.#store, this.#writer, this.#clock, {
      cancelRequested: (ids) =>
        void this.#runs.look(ids).catch(report('looking for cancelled tasks')),
      lost: () => this.#runs.abortAll('ended'),
      error: report('keeping the lease'),
    });
    this.#outlook = new Outlook(this.#store, this.#writer, this.#clock, () => this.#lease.isLate);
    this.#parents = new ParentProgress(
      this.#store,
      this.#writer,
      this.#feed,
      this.#clock,
      (error, where) => this.#report(error, where),
    );
    this.#endWrites = new EndWrites(this.#clock, (error, where) => this.#report(error, where));
    this.#runs = new Runs({
      endWrites: this.#endWrites,
      parents: this.#parents,
      store: this.#store,
      writer: this.#writer,
      feed: this.#feed,
      lease: this.#lease,
      clock: this.#clock,
      concurrency: options.concurrency,
      cancelGraceMs: options.cancelGraceMs ?? 10_000,
      intake: this.#intake,
      onError: (error, where) => this.#report(error, where),
    });
  }

  /**
   * Makes a pending task.
   *
   * @throws {@link TaskMonitorError} INVALID_INPUT, INVALID_OPTIONS, TASK_EXISTS, CAPACITY
   */
  async register<Metadata extends object = JsonObject>(
    options: RegisterOptions<Metadata> = {},
  ): Promise<Task<Metadata & JsonObject>> {
    this.#assertTakesWork();
    checkOptions('register', options, REGISTER_OPTIONS);
    const { id, type, name, command, metadata, tags, parentId, weight, idempotencyKey } =
      this.#intake.task(options);
    const createdAt = this.#clock.now();
    const made = {
      id: id ?? newId(),
      type,
      name,
      command,
      metadata,
      tags,
      createdAt,
      parent: parentId === null ? null : Object.freeze({ id: parentId, weight, step: null }),
      owner: null,
      driver: 'caller',
    } as const;
    const created =
      id === null
        ? this.#writer.create(made, idempotencyKey)
        : this.#writer.createNamed(made, idempotencyKey);
    const { task } = isComing(created) ? await created : created;
    this.#parents.follow(task);
    return task as Task<Metadata & JsonObject>;
  }

  /**
   * `pending` → `running`. Repeated after STORE_UNAVAILABLE it answers with the task, whether the first call was done or not.
   *
   * @throws {@link TaskMonitorError} INVALID_TRANSITION, TASK_NOT_FOUND
   */
  async start(id: string): Promise<Task> {
    this.#assertTakesWork();
    if (!this.#lease.held) {
      await this.#lease.hold();
      this.#assertTakesWork();
    }
    const started = this.#writer.startByHand(id, this.#lease.owner);
    // `await`, here and below: to hand on a promise as it is takes an async function two turns more.
    return isComing(started) ? await started : started;
  }

  /**
   * Says how far a running task is: a message, a percentage, or any part of a {@link ProgressUpdate}. On a finished task
   * it changes nothing and answers with the task.
   *
   * @throws {@link TaskMonitorError} INVALID_INPUT, INVALID_TRANSITION (call start first), TASK_NOT_FOUND
   */
  async progress(id: string, progress: ProgressInput): Promise<Task> {
    this.#assertOpen();
    const told = this.#writer.progress(id, this.#intake.progress(progress), null);
    return isComing(told) ? await told : told;
  }

  /**
   * Adds to the task's output, of which the newest 200 lines and 64 KB are kept. On a finished task it changes nothing.
   *
   * @throws {@link TaskMonitorError} INVALID_INPUT, TASK_NOT_FOUND
   */
  async log(id: string, lines: LogLine | readonly LogLine[]): Promise<Task> {
    this.#assertOpen();
    return this.#writer.appendOutput(id, this.#intake.output(id, lines, this.#clock.now()));
  }

  /**
   * `running` → `completed`. Repeating it changes nothing. Where somebody else ended the task, it answers with the task as
   * it stands and notes the outcome as `execution.lateOutcome`.
   *
   * @throws {@link TaskMonitorError} INVALID_INPUT (the task then still runs), INVALID_TRANSITION, TASK_NOT_FOUND
   */
  async complete(id: string, options: CompleteOptions = {}): Promise<Task> {
    this.#assertOpen();
    checkOptions('complete', options, COMPLETE_OPTIONS);
    const { progress, result } = options;
    const ended = this.#writer.end(id, {
      verb: 'complete',
      cause: 'caller',
      progress: progress === undefined ? undefined : this.#intake.progress(progress),
      result: result === undefined ? undefined : this.#intake.result(result),
    });
    const task = isComing(ended) ? await ended : ended;
    this.#see(task);
    return task;
  }

  /**
   * `pending` or `running` → `failed`. `error` is anything that was thrown. Repeating it and losing a race are as with
   * {@link complete}.
   *
   * @throws {@link TaskMonitorError} INVALID_TRANSITION, TASK_NOT_FOUND
   */
  async fail(id: string, error: unknown): Promise<Task> {
    this.#assertOpen();
    const task = await this.#writer.end(id, {
      verb: 'fail',
      cause: 'caller',
      error: this.#intake.failure(error),
    });
    this.#see(task);
    return task;
  }

  /**
   * Cancels a task. One that is pending or driven by hand is `cancelled` at once, and its {@link signal} fires. One that
   * `run` drives, here or in another process, is told to stop: it answers `running` with `execution.cancel` set, and the
   * task becomes `cancelled` when the work has really stopped, or without it after `cancelGraceMs`.
   *
   * @throws {@link TaskMonitorError} INVALID_TRANSITION (it completed or failed already), TASK_NOT_FOUND
   */
  async cancel(id: string, options: CancelOptions = {}): Promise<Task> {
    this.#assertOpen();
    checkOptions('cancel', options, { reason: null, by: null });
    const cancel = this.#cancellation(
      this.#intake.message('reason', options.reason),
      this.#intake.message('by', options.by),
    );
    for (;;) {
      const before = await this.#writer.read(id);
      if (isFinished(before.status)) {
        if (judge('cancel', before, this.id) === 'repeat') return before;
        throw invalidTransition('cancel', before);
      }
      const asked = before.status === 'running' && before.execution.driver === 'runner';
      const task = asked
        ? await this.#writer.requestCancel(id, cancel)
        : await this.#writer.endAsCancelled(id, [before.status], cancel, 'cancel');
      // `null`: it moved on in between, which it can do twice at most.
      if (task === null) continue;
      this.#runs.abort(id, 'cancel', task.execution.cancel);
      this.#see(task);
      return task;
    }
  }

  /** Removes one finished task. @throws {@link TaskMonitorError} INVALID_TRANSITION (still active), TASK_NOT_FOUND */
  async remove(id: string): Promise<Task> {
    this.#assertOpen();
    return this.#writer.remove(id);
  }

  /**
   * Removes finished tasks that ended more than `days` ago (default 7; 0: all of them), only matching ones with a filter.
   * Works in slices of 500, between which other work gets its turn.
   *
   * @throws {@link TaskMonitorError} INVALID_OPTIONS
   */
  async cleanup(
    options: CleanupOptions = {},
  ): Promise<{ readonly cleanedTasks: number; readonly days: number }> {
    this.#assertOpen();
    checkOptions('cleanup', options, { days: null, ...FILTER_OPTIONS });
    const { days = 7, ...filter } = options;
    if (typeof days !== 'number' || !(days >= 0 && days <= MAX_DAYS)) {
      throw wrongOption('days', `a number from 0 to ${MAX_DAYS}`, days);
    }
    const before = days === 0 ? Number.MAX_SAFE_INTEGER : this.#clock.now() - days * DAY_MS;
    return {
      cleanedTasks: await this.#retention.prune(
        before,
        Number.MAX_SAFE_INTEGER,
        this.#intake.filter(filter),
      ),
      days,
    };
  }

  /** @throws {@link TaskMonitorError} TASK_NOT_FOUND */
  async get(id: string): Promise<Task> {
    this.#assertOpen();
    const task = await this.#store.get(id);
    if (task === null) throw taskNotFound(id);
    return task;
  }

  /** The kept output, or what of it came after line number `after`. @throws {@link TaskMonitorError} TASK_NOT_FOUND */
  async output(id: string, options: { readonly after?: number } = {}): Promise<TaskOutput> {
    this.#assertOpen();
    checkOptions('output', options, { after: count });
    const output = await this.#store.output(id, options.after ?? 0);
    if (output === null) throw taskNotFound(id);
    return output;
  }

  /**
   * A page of tasks, newest first; only running and pending ones oldest first. With `q`, of those that a search finds.
   *
   * @throws {@link TaskMonitorError} INVALID_OPTIONS, INVALID_INPUT (a cursor that is none; a mistake in `q`, at
   * `details.position`)
   */
  async list(options: ListOptions = {}): Promise<TaskPage> {
    this.#assertOpen();
    return this.#lists.list(options);
  }

  /**
   * Those of `ids` that are parents of a kept task, in their order: with a filter, of one that matches it. One call to the
   * store, and with a filter one more for each parent.
   *
   * @throws {@link TaskMonitorError} INVALID_OPTIONS
   */
  async parents(ids: readonly string[], filter: TaskFilter = {}): Promise<readonly string[]> {
    this.#assertOpen();
    checkOptions('parents', filter, FILTER_OPTIONS);
    return parents(this.#store, ids, this.#intake.filter(filter));
  }

  /**
   * When a running task will probably end. `null` for one that does not run, or of which nothing is known yet. Of its own
   * progress this process knows what it saw since somebody asked first.
   *
   * @throws {@link TaskMonitorError} TASK_NOT_FOUND, for an id; INVALID_OPTIONS for what is neither
   */
  async estimate(which: Task | string): Promise<Eta | null> {
    const task = typeof which === 'string' ? await this.get(which) : which;
    return (await this.estimateAll([task]))[0] ?? null;
  }

  /** The {@link estimate} of each, in their order. Per type one call to the store in 10 s, per task none. */
  async estimateAll(tasks: readonly Task[]): Promise<readonly (Eta | null)[]> {
    this.#assertOpen();
    return this.#outlook.etas(tasks);
  }

  /**
   * Whether a running task moves, and what that follows from. `null` for one that does not run.
   *
   * @throws {@link TaskMonitorError} TASK_NOT_FOUND, for an id; INVALID_OPTIONS for what is neither
   */
  async health(which: Task | string): Promise<Health | null> {
    const task = typeof which === 'string' ? await this.get(which) : which;
    return (await this.healthAll([task]))[0] ?? null;
  }

  /** The {@link health} of each, in their order: one call to the store in 2 s, and one for a task that is newly silent. */
  async healthAll(tasks: readonly Task[]): Promise<readonly (Health | null)[]> {
    this.#assertOpen();
    return this.#outlook.healths(tasks);
  }

  /**
   * Whether what this monitor shows can be trusted: the store answers, its counters are what a recount gives, the changes
   * arrive. Two small reads of the store at most once a second, with an answer within 2 s. The recount goes on in the
   * background, when this is asked and the last one is ten minutes old; what it finds is told from the next time on, and to
   * `onError`.
   *
   * @throws {@link TaskMonitorError} MONITOR_CLOSED
   */
  async vitals(): Promise<Vitals> {
    this.#assertOpen();
    return this.#vitals.look();
  }

  /** How many tasks have a status or match a filter; all without one. */
  async count(which: TaskStatus | TaskFilter = {}): Promise<number> {
    this.#assertOpen();
    const filter = typeof which === 'string' ? { statuses: statusesOf(which) } : which;
    checkOptions('count', filter, FILTER_OPTIONS);
    return taskStats(await this.#store.counts(this.#intake.filter(filter))).totalTasks;
  }

  /** Counts by status and the success rate, of the matching tasks. */
  async stats(filter: TaskFilter = {}): Promise<TaskStats> {
    this.#assertOpen();
    checkOptions('stats', filter, FILTER_OPTIONS);
    return taskStats(await this.#store.counts(this.#intake.filter(filter)));
  }

  /**
   * The changes as they happen, in the order of the store. With `taskId`: first a `snapshot` of that task, and the end when
   * it is finished or removed. Who reads too slowly, or goes on from too far back, is told `reset` instead of being given
   * a gap. Ends quietly when `signal` fires or the monitor is closed.
   *
   * @throws {@link TaskMonitorError} TASK_NOT_FOUND, while iterating
   */
  watch(options: WatchOptions = {}): AsyncIterableIterator<TaskEvent> {
    this.#assertOpen();
    checkOptions('watch', options, { taskId: text, signal: abortSignal, after: text });
    const { taskId, signal, after } = options;
    const until = () =>
      this.#callerSignals.any(
        signal === undefined ? [this.#end.signal] : [signal, this.#end.signal],
      );
    if (taskId !== undefined && after === undefined)
      return watchTask(this.#store, this.#feed, taskId, until, this.#vitals.missed);
    const position = after === undefined ? this.#position() : Promise.resolve(after);
    position.catch(() => {});
    return watchAll(this.#store, position, taskId, until, this.#vitals.missed);
  }

  /**
   * The changes after `position`, oldest first, at most `limit`; with `null` none, but the position of now. Where there are none
   * yet it waits up to `waitMs` milliseconds, or until `signal` fires or the monitor is closed. For programs that hand changes
   * on, such as streams of their own; {@link TaskMonitor.watch} follows them for everybody else.
   *
   * @throws {@link TaskMonitorError} STORE_UNAVAILABLE, MONITOR_CLOSED
   */
  async changes(position: Position | null, request: ChangesRequest): Promise<ChangePage> {
    this.#assertOpen();
    const { limit, waitMs, signal } = request;
    const until = this.#callerSignals.any(
      signal === undefined ? [this.#end.signal] : [signal, this.#end.signal],
    );
    try {
      return await this.#vitals.changes(position, { limit, waitMs, signal: until.signal });
    } finally {
      until.release();
    }
  }

  /**
   * Resolves with the task once it is finished.
   *
   * @throws {@link TaskMonitorError} TASK_NOT_FOUND (also when it is removed meanwhile), MONITOR_CLOSED; the reason of
   * `signal`
   */
  async waitFor(id: string, options: { readonly signal?: AbortSignal } = {}): Promise<Task> {
    checkOptions('waitFor', options, { signal: abortSignal });
    options.signal?.throwIfAborted();
    for await (const event of this.watch({ taskId: id, ...options })) {
      if ('task' in event && isFinished(event.task.status)) return event.task;
      if (event.type === 'task.removed') throw taskNotFound(id);
    }
    options.signal?.throwIfAborted();
    throw closed();
  }

  /** Fires when anybody, in any process, cancels this task; the same one until the task ends. */
  signal(id: string): AbortSignal {
    this.#assertOpen();
    return this.#signals.of(id);
  }

  /**
   * Runs a function as a task: `pending` until there is a place, `running`, then `completed` with what it returned,
   * `failed` with what it threw, or `cancelled`. Resolves as soon as the task is registered, which is tried for three seconds
   * while the store is away. If it rejects, the function is not called, and a task that the store made nevertheless becomes
   * `failed`.
   *
   * @throws {@link TaskMonitorError} as {@link register}
   */
  run<T, Metadata extends object = JsonObject>(
    options: RunOptions<Metadata>,
    work: (context: RunContext) => T | Promise<T>,
  ): Promise<Run<T>> {
    return this.#runs.run(() => this.#wanted(options, work));
  }

  /**
   * Ends the monitor: takes no new work, tells its functions to stop (`cancelled`, reason SHUTDOWN), ends after `graceMs`
   * (default 6,000: a second more than a child process gets between SIGTERM and SIGKILL) those that did not, fails its tasks driven by hand (SHUTDOWN), and closes the store. Idempotent.
   */
  async close(options: { readonly graceMs?: number } = {}): Promise<void> {
    checkOptions('close', options, { graceMs: milliseconds });
    this.#closing ??= this.#shutDown(options.graceMs ?? 6_000);
    return this.#closing;
  }

  async #shutDown(graceMs: number): Promise<void> {
    // Elsewhere no timer keeps the process alive; here it must live to see its functions stop.
    const alive = setInterval(() => {}, DAY_MS);
    try {
      this.#runs.close();
      const grace = this.#clock.after(graceMs, () => {
        this.#runs.forceAll();
        this.#endWrites.close();
      });
      await this.#runs.ended();
      grace.cancel();
      this.#retention.stop();
      this.#lease.stop();
      this.#outlook.stop();
      this.#vitals.stop();
      await this.#lastWrites();
    } finally {
      await this.#disconnect().finally(() => clearInterval(alive));
    }
  }

  /** Within five seconds in all, however many calls that takes: a store that hangs must not hold up the end of a process. */
  async #lastWrites(): Promise<void> {
    const written = (async () => {
      await this.#progress?.flush();
      await this.#lease.giveUp(SHUTDOWN);
    })();
    written.catch(() => {});
    let late!: Timer;
    const tooLate = new Promise<never>((_, reject) => {
      late = this.#clock.after(LAST_WRITES_MS, () => reject(notWritten()));
    });
    await Promise.race([written, tooLate]).finally(() => late.cancel());
  }

  async #disconnect(): Promise<void> {
    // Whoever watches is told how the last tasks ended before the watching ends.
    await oneTurn();
    this.#end.abort();
    await oneTurn();
    this.#endWrites.close();
    this.#parents.close();
    this.#signals.close();
    this.#feed.close();
    if (this.#closeStore) await this.#store.close();
  }

  /** @throws {@link TaskMonitorError} */
  #wanted<T, Metadata extends object>(
    options: RunOptions<Metadata>,
    work: (context: RunContext) => T | Promise<T>,
  ): WantedRun<T> {
    this.#assertTakesWork();
    checkOptions('run', options, RUN_OPTIONS);
    if (typeof work !== 'function') throw wrongOption('work', 'a function', work);
    const { timeoutMs, heartbeatTimeoutMs, signal, steps, underWay = false } = options;
    return {
      input: this.#intake.task(options),
      timeoutMs,
      heartbeatTimeoutMs,
      underWay,
      plan: stepPlan(this.#intake, steps),
      work,
      waitFor: (id) => this.waitFor(id),
      entered: (run) => signal && this.#cancelWith(signal, run),
    };
  }

  /** A caller's signal cancels a run, and is not held on to when that is over. */
  #cancelWith(signal: AbortSignal, { task: { id }, recorded }: Run<unknown>): void {
    const forget = this.#callerSignals.onAbort(signal, () => {
      const cancel = this.#cancellation(this.#describeReason(signal.reason), null);
      this.#runs.abort(id, 'cancel', cancel);
      this.#writer
        .requestCancel(id, cancel)
        .catch((error: unknown) =>
          this.#report(error, `recording that task "${id}" shall be cancelled`),
        );
    });
    recorded.then(forget, forget);
  }

  #cancellation(reason: string | null, requestedBy: string | null): Cancellation {
    return Object.freeze({
      requestedAt: this.#clock.now(),
      reason,
      requestedBy,
      acknowledgedAt: null,
      forced: false,
    });
  }

  /** What an AbortSignal's reason says, if anything. */
  #describeReason(reason: unknown): string | null {
    return typeof reason === 'string' || reason instanceof Error
      ? this.#intake.message('reason', this.#intake.failure(reason).message)
      : null;
  }

  #see(task: Task): void {
    this.#signals.see(task);
    if (isFinished(task.status)) this.#intake.ended(task.id);
  }

  async #position(): Promise<string> {
    return (await this.#store.changesAfter(null, { limit: 0, waitMs: 0 })).position;
  }

  #assertTakesWork(): void {
    if (this.#closing !== null) throw closed();
  }

  #assertOpen(): void {
    if (this.#end.signal.aborted) throw closed();
  }

  #report(error: unknown, where: string): void {
    try {
      if (this.#onError) Promise.resolve(this.#onError(error, where)).catch(() => {});
      else
        process.emitWarning(
          visibleText(`While ${where}: ${this.#intake.failure(error).message}`),
          'TaskMonitorWarning',
        );
    } catch {
      // A reporter that fails must not become the trouble of the code that was reported on.
    }
  }
}

const RUN_OPTIONS = {
  ...REGISTER_OPTIONS,
  timeoutMs: milliseconds,
  heartbeatTimeoutMs: milliseconds,
  signal: abortSignal,
  underWay: boolean,
  steps: null,
};

const COMPLETE_OPTIONS = { progress: null, result: null };

/** A hundred years: what the documented endpoint takes. */
const MAX_DAYS = 36_500;

const SHUTDOWN: TaskFailure = Object.freeze({
  code: 'SHUTDOWN',
  message: 'The process that ran it was shut down.',
  name: null,
  stack: null,
});

function redactorOf(
  redact: unknown = {},
  onError: (error: unknown, where: string) => void,
): Redactor {
  checkRedactOptions(redact);
  return new Redactor(redact, onError);
}

const LAST_WRITES_MS = 5_000;

function notWritten(): TaskMonitorError {
  return new TaskMonitorError(
    'STORE_UNAVAILABLE',
    'The store did not take the last writes of a monitor that was closed: its lease runs out, and what was not ended is declared orphaned.',
  );
}

function oneTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function closed(): TaskMonitorError {
  return new TaskMonitorError(
    'MONITOR_CLOSED',
    'This monitor was closed; make a new one to track further work.',
  );
}

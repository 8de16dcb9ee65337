import { Semaphore } from 'async-mutex';
import type { ChangeFeed, FeedEvent, Subscription } from './change-feed.js';
import { isPassing } from './end-writes.js';
import { current } from './current-task.js';
import { type AbortCause, type TaskAbortError, TaskFailedError } from './failure.js';
import { newId } from './id.js';
import type { TaskInput } from './input.js';
import { Latch } from './latch.js';
import type { LeaseKeeper } from './lease.js';
import { ActiveRun, notStarted, type Run, type RunTools, type TakePlace } from './run.js';
import type { RunContext } from './run-context.js';
import type { StepPlan } from './run-steps.js';
import { isComing } from './prompt.js';
import { SignalListeners } from './signal-listeners.js';
import type { NewTask, TaskStore } from './store.js';
import { type Cancellation, isFinished, type Owner, type Task } from './task.js';
import type { TaskWriter } from './task-writer.js';
import { tryAgain } from './try-again.js';

export interface RunsOptions extends Omit<RunTools, 'runs'> {
  readonly store: TaskStore;
  readonly feed: ChangeFeed;
  readonly lease: LeaseKeeper;
  readonly concurrency: number | undefined;
}

export interface WantedRun<T> {
  readonly input: TaskInput;
  readonly timeoutMs: number | undefined;
  readonly plan: StepPlan;
  readonly heartbeatTimeoutMs: number | undefined;
  readonly underWay: boolean;
  readonly work: (context: RunContext) => T | Promise<T>;
  readonly waitFor: (id: string) => Promise<Task>;
  /** Called with the run before its function can be. */
  readonly entered: (run: Run<T>) => void;
}

/** A run, whatever it returns. */
type AnyRun = Pick<ActiveRun<unknown>, 'task' | 'recorded' | 'abort' | 'force'>;

/** The functions that one monitor drives. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #tools: RunTools;
  readonly #places: Semaphore | null;
  readonly #active = new Map<string, AnyRun>();
  /** How many runs have tasks that are being registered. */
  #entering = 0;
  #whenNoneIsLeft: (() => void) | null = null;
  readonly #parentSignals = new SignalListeners();
  #subscription: Subscription | null = null;
  readonly #closing = new Latch();
  #closed = false;

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#tools = { ...options, runs: this };
    this.#places = options.concurrency === undefined ? null : new Semaphore(options.concurrency);
  }

  async run<T>(wanted: WantedRun<T>): Promise<Run<T>> {
    this.#entering++;
    try {
      return await this.#run(wanted);
    } finally {
      this.#entering--;
      this.#left();
    }
  }

  async #run<T>(wanted: WantedRun<T>): Promise<Run<T>> {
    const { input, timeoutMs, heartbeatTimeoutMs, underWay, plan, work, waitFor, entered } = wanted;
    const { lease, clock } = this.#options;
    const outer = current();
    // What a function leaves behind when it is over has no place that it could lend.
    const nested = outer?.runs === this && this.#active.has(outer.context.task.id);
    const owner = lease.held ? lease.owner : await lease.hold();
    const { idempotencyKey, type, name, command, metadata, tags, weight } = input;
    const id = input.id ?? newId();
    const parentId = input.parentId ?? (nested ? outer.context.task.id : null);
    const step = outer?.context.task.id === parentId ? (outer?.step ?? null) : null;
    const made = {
      id,
      type,
      name,
      command,
      metadata,
      tags,
      parent: parentId === null ? null : Object.freeze({ id: parentId, weight, step }),
      createdAt: clock.now(),
      owner,
      driver: 'runner',
    } as const;
    // A store that had to be asked twice calls the task a duplicate that this very call made.
    const knowsOurs = input.id === null || idempotencyKey === null;
    const { outcome, task } = await this.#create(made, idempotencyKey, knowsOurs);
    this.#options.parents.follow(task);
    if (outcome === 'duplicate' && !(knowsOurs && task.id === id)) {
      const run = followed<T>(task, waitFor);
      entered(run);
      return run;
    }
    const run = new ActiveRun<T>(task, this.#tools, {
      owner,
      timeoutMs,
      heartbeatTimeoutMs,
      underWay,
      plan,
      // A nested run takes no place: waiting for one that its parent holds would never end.
      takePlace: nested || underWay || this.#places === null ? null : this.#takePlace,
    });
    this.#enter(run);
    if (nested) this.#stopWith(outer.context.signal, run);
    entered(run);
    if (this.#closed) run.abort('shutdown', null);
    void run.begin(work);
    return run;
  }

  async #create(
    made: NewTask & { readonly owner: Owner },
    idempotencyKey: string | null,
    mayRepeat: boolean,
  ): Promise<Awaited<ReturnType<TaskWriter['create']>>> {
    const { writer, clock } = this.#options;
    const operation = writer.operation();
    const begunAt = clock.monotonic();
    const write = (): ReturnType<TaskWriter['create']> =>
      writer.create(made, idempotencyKey, operation);
    try {
      const created = write();
      return isComing(created) ? await created : created;
    } catch (first) {
      try {
        return await tryAgain(first, write, {
          clock,
          calledOff: this.#closing,
          isCalledOff: () =>
            !mayRepeat || this.#closed || clock.monotonic() - begunAt >= LONGEST_CREATE_MS,
        });
      } catch (error) {
        if (isPassing(error)) this.#endUnanswered(made, error);
        throw error;
      }
    }
  }

  /** Whoever wanted the run was told that there is none: if the store made its task, nobody else would ever end that. */
  #endUnanswered({ id, owner }: NewTask & { readonly owner: Owner }, cause: unknown): void {
    const { writer, endWrites, intake } = this.#options;
    const operation = writer.operation();
    const error = intake.failure(notStarted(cause));
    endWrites.write(`ending task "${id}", whose run was given up`, async () => {
      // Another run that has this id is no business of the one that was given up.
      if (!this.#active.has(id)) await writer.endUnstarted(id, owner, error, operation);
    });
  }

  /** Does nothing if the task is no run of this monitor. */
  abort(id: string, why: AbortCause, cancellation: Cancellation | null): void {
    this.#active.get(id)?.abort(why, cancellation);
  }

  /** Tells all to stop, those that are being entered at the moment included. */
  close(): void {
    this.#closed = true;
    this.#closing.open();
    this.abortAll('shutdown');
  }

  abortAll(why: AbortCause): void {
    for (const run of this.#active.values()) run.abort(why, null);
  }

  forceAll(): void {
    for (const run of this.#active.values()) run.force();
  }

  /** Resolves when no run is active any more. */
  async ended(): Promise<void> {
    while (this.#areSome) await new Promise<void>((resolve) => (this.#whenNoneIsLeft = resolve));
  }

  get #areSome(): boolean {
    return this.#entering > 0 || this.#active.size > 0;
  }

  #left(): void {
    if (!this.#areSome) this.#whenNoneIsLeft?.();
  }

  /** Looks at tasks that somebody, maybe in another process, wants stopped. */
  async look(ids: Iterable<string>): Promise<void> {
    for (const id of ids) {
      if (!this.#active.has(id)) continue;
      const task = await this.#options.store.get(id);
      if (task !== null) this.#see(task);
    }
  }

  readonly #takePlace: TakePlace = async (calledOff) => {
    const place = (this.#places as Semaphore).acquire().then(([, release]) => release);
    const taken = await Promise.race([place, calledOff.opened.then(() => null)]);
    if (taken === null) void place.then((release) => release());
    return taken;
  };

  /** Whoever is told to stop shall not leave behind what it began: nobody else would stop that. */
  #stopWith(parent: AbortSignal, run: AnyRun): void {
    const forget = this.#parentSignals.onAbort(parent, () => {
      const { why } = parent.reason as TaskAbortError;
      if (why === 'shutdown') run.abort('shutdown', null);
      else run.abort('cancel', this.#withParent());
    });
    run.recorded.then(forget, forget);
  }

  #withParent(): Cancellation {
    return Object.freeze({
      requestedAt: this.#options.clock.now(),
      reason: 'Its parent was told to stop.',
      requestedBy: null,
      acknowledgedAt: null,
      forced: false,
    });
  }

  #enter(run: AnyRun): void {
    const { id } = run.task;
    this.#active.set(id, run);
    this.#subscription ??= this.#listen();
    const leave = (): void => {
      this.#active.delete(id);
      this.#options.intake.ended(id);
      this.#left();
      if (this.#active.size > 0) return;
      this.#subscription?.unsubscribe();
      this.#subscription = null;
    };
    run.recorded.then(leave, leave);
  }

  #listen(): Subscription {
    const subscription = this.#options.feed.subscribe(null, (event) => this.#hear(event));
    // What happened before it could hear anything it has to see.
    void subscription.ready.then(() => this.#lookAtAll());
    return subscription;
  }

  #lookAtAll(): void {
    this.look([...this.#active.keys()]).catch((error: unknown) =>
      this.#options.onError(error, 'looking for cancelled tasks'),
    );
  }

  #hear(event: FeedEvent): void {
    if (event.type === 'reset') {
      this.#lookAtAll();
    } else if (event.type !== 'task.removed' && this.#active.has(event.task.id)) {
      this.#see(event.task);
    }
  }

  #see(task: Task): void {
    const { cancel } = task.execution;
    if (cancel !== null) this.abort(task.id, 'cancel', cancel);
    else if (
      isFinished(task.status) &&
      task.execution.endedBy?.monitor !== this.#options.writer.id
    ) {
      this.abort(task.id, 'ended', null);
    }
  }
}

/** Whoever waits for `run` to resolve is not kept longer by a store that says nothing than by one that says no. */
const LONGEST_CREATE_MS = 5_000;

const noop = (): void => {};

/** The run that an idempotency key led to: already under way or done, maybe elsewhere; nothing is executed again. */
function followed<T>(task: Task, waitFor: (id: string) => Promise<Task>): Run<T> {
  const recorded = isFinished(task.status) ? Promise.resolve(task) : waitFor(task.id);
  const finished = recorded.then((ended) => {
    if (ended.status === 'completed') return ended.result as T;
    throw new TaskFailedError(
      ended.error?.code ?? 'ERROR',
      ended.error?.message ?? `It was ${ended.status}.`,
    );
  });
  recorded.catch(noop);
  finished.catch(noop);
  return { task, finished, recorded };
}

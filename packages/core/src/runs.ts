import { Semaphore } from 'async-mutex';
import type { Timer } from './clock.js';
import type { ChangeFeed, FeedEvent, Subscription } from './change-feed.js';
import { current } from './current-task.js';
import { type AbortCause, type TaskAbortError, TaskFailedError } from './failure.js';
import { newId } from './id.js';
import type { TaskInput } from './input.js';
import type { LeaseKeeper } from './lease.js';
import { ActiveRun, type Run, type RunTools, type TakePlace } from './run.js';
import type { RunContext } from './run-context.js';
import { type OwnedTask, RunCreation } from './run-creation.js';
import type { StepPlan } from './run-steps.js';
import { isComing } from './prompt.js';
import { SignalListeners } from './signal-listeners.js';
import type { TaskStore } from './store.js';
import { type Cancellation, isFinished, type Owner, type Task } from './task.js';

export interface RunsOptions extends Omit<RunTools, 'runs' | 'left'> {
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

/** Where a run stands: of which task it is a part, and the function that it is run by. */
interface RunPlace {
  readonly parentId: string | null;
  readonly step: string | null;
  /** `null`: none of this monitor's that goes on. */
  readonly nestedIn: RunContext | null;
}

/** A run, whatever it returns. */
type AnyRun = Pick<ActiveRun<unknown>, 'task' | 'recorded' | 'abort' | 'force'>;

/** The functions that one monitor drives. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #tools: RunTools;
  readonly #creation: RunCreation;
  readonly #places: Semaphore | null;
  readonly #active = new Map<string, AnyRun>();
  /** How many runs have tasks that are being registered. */
  #entering = 0;
  #whenNoneIsLeft: (() => void) | null = null;
  readonly #parentSignals = new SignalListeners();
  #subscription: Subscription | null = null;
  /** Since its end no run has been active, or for a moment only. */
  #resting: Timer | null = null;
  #closed = false;

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#tools = { ...options, runs: this, left: this.#leave };
    this.#creation = new RunCreation(options, (id) => this.#active.has(id));
    this.#places = options.concurrency === undefined ? null : new Semaphore(options.concurrency);
  }

  /** One function for all of it, as far as nothing goes wrong: each further `await` costs as much as a store in memory does. */
  async run<T>(want: () => WantedRun<T>): Promise<Run<T>> {
    this.#entering++;
    try {
      const wanted = want();
      const { lease } = this.#options;
      const place = this.#placeOf(wanted.input);
      const owner = lease.held ? lease.owner : await lease.hold();
      const made = this.#newTask(wanted.input, place, owner);
      // A store that had to be asked twice calls the task a duplicate that this very call made.
      const knowsOurs = wanted.input.id === null || wanted.input.idempotencyKey === null;
      const created = this.#creation.create(made, wanted.input.idempotencyKey, knowsOurs);
      const { outcome, task } = isComing(created) ? await created : created;
      this.#options.parents.follow(task);
      if (outcome === 'duplicate' && !(knowsOurs && task.id === made.id)) {
        const run = followed<T>(task, wanted.waitFor);
        wanted.entered(run);
        return run;
      }
      return this.#begin(task, wanted, owner, place);
    } finally {
      this.#entering--;
      this.#left();
    }
  }

  #placeOf(input: TaskInput): RunPlace {
    const outer = current();
    // What a function leaves behind when it is over has no place that it could lend.
    const isNested = outer?.runs === this && this.#active.has(outer.context.task.id);
    const parentId = input.parentId ?? (isNested ? outer.context.task.id : null);
    const step = outer?.context.task.id === parentId ? (outer?.step ?? null) : null;
    return { parentId, step, nestedIn: isNested ? outer.context : null };
  }

  #newTask(input: TaskInput, { parentId, step }: RunPlace, owner: Owner): OwnedTask {
    const { type, name, command, metadata, tags, weight } = input;
    return {
      id: input.id ?? newId(),
      type,
      name,
      command,
      metadata,
      tags,
      parent: parentId === null ? null : Object.freeze({ id: parentId, weight, step }),
      createdAt: this.#options.clock.now(),
      owner,
      driver: 'runner',
    };
  }

  #begin<T>(task: Task, wanted: WantedRun<T>, owner: Owner, { nestedIn }: RunPlace): ActiveRun<T> {
    const { timeoutMs, heartbeatTimeoutMs, underWay, plan } = wanted;
    const run = new ActiveRun<T>(task, this.#tools, {
      owner,
      timeoutMs,
      heartbeatTimeoutMs,
      underWay,
      plan,
      // A nested run takes no place: waiting for one that its parent holds would never end.
      takePlace: nestedIn !== null || underWay || this.#places === null ? null : this.#takePlace,
    });
    this.#active.set(task.id, run);
    this.#subscription ??= this.#listen();
    if (nestedIn !== null) this.#stopWith(nestedIn.signal, run);
    wanted.entered(run);
    if (this.#closed) run.abort('shutdown', null);
    void run.begin(wanted.work);
    return run;
  }

  /** Does nothing if the task is no run of this monitor. */
  abort(id: string, why: AbortCause, cancellation: Cancellation | null): void {
    this.#active.get(id)?.abort(why, cancellation);
  }

  /** Tells all to stop, those that are being entered at the moment included. */
  close(): void {
    this.#closed = true;
    this.#creation.close();
    this.abortAll('shutdown');
    this.#stopListening();
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

  /** The end of a run is recorded, or given up. */
  readonly #leave = ({ id }: Task): void => {
    this.#active.delete(id);
    this.#options.intake.ended(id);
    this.#left();
    if (this.#active.size > 0) return;
    if (this.#closed) this.#stopListening();
    else this.#resting ??= this.#options.clock.after(LINGER_MS, () => this.#stopListening());
  };

  #stopListening(): void {
    this.#resting?.cancel();
    this.#resting = null;
    if (this.#active.size > 0) return;
    this.#subscription?.unsubscribe();
    this.#subscription = null;
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

/** Tasks that are run one after the other listen by turns: to begin anew for each costs more than its writes. */
const LINGER_MS = 1_000;

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

import type { Clock, Timer } from './clock.js';
import { FeedLevel } from './feed-level.js';
import type { Change, Position, TaskStore } from './store.js';

/** A change, or word that some were missed. */
export type FeedEvent = Change | { readonly type: 'reset'; readonly position: Position };

export type FeedListener = (event: FeedEvent) => void;

export interface Subscription {
  /** Resolves when every change made from now on will be told. */
  readonly ready: Promise<void>;
  readonly unsubscribe: () => void;
}

/**
 * Tells this process's listeners of changes to the task they asked for, or of all. However many listen, one reader follows
 * the store, while anybody listens and a second longer. A listener may also hear of changes shortly before it subscribed.
 */
export class ChangeFeed {
  readonly #store: TaskStore;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #onMissed: () => void;
  readonly #byTask = new Map<string, Set<FeedListener>>();
  readonly #ofAll = new Set<FeedListener>();
  #reader: Reader | null = null;
  /** When the last listener left. */
  #leftAt = 0;
  #stopping: Timer | null = null;

  constructor(
    store: TaskStore,
    clock: Clock,
    onError: (error: unknown) => void,
    onMissed: () => void = () => {},
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
    this.#onMissed = onMissed;
  }

  /** See {@link FeedLevel.lagMs}; `null` while nobody follows the store. */
  lagMs(position: Position | null): number | null {
    return this.#reader?.level.lagMs(position) ?? null;
  }

  /** Listens to one task, or to all with `null`. */
  subscribe(taskId: string | null, listener: FeedListener): Subscription {
    this.#listenersOf(taskId).add(listener);
    this.#reader ??= this.#startReader();
    return { ready: this.#reader.ready, unsubscribe: () => this.#unsubscribe(taskId, listener) };
  }

  close(): void {
    this.#byTask.clear();
    this.#ofAll.clear();
    this.#stopReader();
  }

  #listenersOf(taskId: string | null): Set<FeedListener> {
    if (taskId === null) return this.#ofAll;
    let listeners = this.#byTask.get(taskId);
    if (listeners === undefined) this.#byTask.set(taskId, (listeners = new Set()));
    return listeners;
  }

  #unsubscribe(taskId: string | null, listener: FeedListener): void {
    const listeners = taskId === null ? this.#ofAll : this.#byTask.get(taskId);
    listeners?.delete(listener);
    if (taskId !== null && listeners?.size === 0) this.#byTask.delete(taskId);
    if (this.#hasListeners) return;
    this.#leftAt = this.#clock.monotonic();
    this.#stopping ??= this.#clock.after(LINGER_MS, () => this.#stopUnlessNeeded());
  }

  get #hasListeners(): boolean {
    return this.#byTask.size > 0 || this.#ofAll.size > 0;
  }

  #stopUnlessNeeded(): void {
    this.#stopping = null;
    if (this.#hasListeners) return;
    const remainingMs = this.#leftAt + LINGER_MS - this.#clock.monotonic();
    if (remainingMs <= 0) this.#stopReader();
    else this.#stopping = this.#clock.after(remainingMs, () => this.#stopUnlessNeeded());
  }

  #startReader(): Reader {
    const stop = new AbortController();
    let ready: () => void;
    const level = new FeedLevel(this.#clock);
    const reader: Reader = {
      level,
      ready: new Promise((resolve) => (ready = resolve)),
      stop: () => stop.abort(),
    };
    void this.#read(stop.signal, level, () => ready());
    return reader;
  }

  #stopReader(): void {
    this.#stopping?.cancel();
    this.#stopping = null;
    this.#reader?.stop();
    this.#reader = null;
  }

  async #read(stop: AbortSignal, level: FeedLevel, ready: () => void): Promise<void> {
    let position: Position | null = null;
    while (!stop.aborted) {
      try {
        const page = await this.#store.changesAfter(position, {
          limit: BATCH,
          waitMs: Infinity,
          signal: stop,
        });
        if (stop.aborted) break;
        if (page.reset) {
          this.#onMissed();
          this.#tellAll({ type: 'reset', position: page.position });
        }
        for (const change of page.changes) this.#tell(change);
        position = page.position;
        level.read(position, page.changes.length === BATCH);
        ready();
      } catch (error) {
        if (stop.aborted) break;
        level.failed();
        this.#onError(error);
        await new Promise<void>((resolve) => this.#clock.after(RETRY_MS, resolve));
      }
    }
    ready();
  }

  #tell(change: Change): void {
    for (const listener of this.#ofAll) this.#call(listener, change);
    if (change.type === 'task.removed') {
      for (const id of change.ids) {
        for (const listener of this.#byTask.get(id) ?? NOBODY) this.#call(listener, change);
      }
      return;
    }
    for (const listener of this.#byTask.get(change.task.id) ?? NOBODY) this.#call(listener, change);
  }

  #tellAll(event: FeedEvent): void {
    for (const listener of this.#ofAll) this.#call(listener, event);
    for (const listeners of this.#byTask.values())
      for (const listener of listeners) this.#call(listener, event);
  }

  #call(listener: FeedListener, event: FeedEvent): void {
    try {
      listener(event);
    } catch (error) {
      this.#onError(error);
    }
  }
}

interface Reader {
  readonly level: FeedLevel;
  readonly ready: Promise<void>;
  stop(): void;
}

const NOBODY: ReadonlySet<FeedListener> = new Set();

/** Changes taken from the store at a time. */
const BATCH = 1_000;

/** Tasks that are run one after the other listen by turns: to begin anew for each costs more than all the rest of a run. */
const LINGER_MS = 1_000;

/** After a store that did not answer: often enough to be back at once, rarely enough not to be a load. */
const RETRY_MS = 1_000;

import { LinkedAbort } from '../linked-abort.js';
import { pause } from '../pause.js';
import { retryDelay } from '../retry-delay.js';
import { TaskApiError } from '../task-api-error.js';
import type { WatchState } from '../watch-options.js';
import type { TasksEvent } from '../watched-event.js';

/** An event that is about single tasks. */
export type ResourceEvent = Exclude<TasksEvent, { readonly type: 'snapshot' | 'reset' }>;

export interface Freshness {
  /**
   * `loading` until it is there and is followed; `live`: as it is now; `stale`: as it was at `staleSince`, the connection is
   * away; `error`: it cannot be had.
   */
  readonly status: 'loading' | 'live' | 'stale' | 'error';
  /** Since when it may be out of date, in epoch milliseconds. */
  readonly staleSince: number | null;
  readonly error: TaskApiError | null;
}

/** Something that is shown: asked for once, and then kept up to date by events. */
export abstract class Resource<Shown> {
  #shown: Shown;
  #connection: WatchState = { status: 'connecting', since: 0, error: null };
  /** What `state` has of it. */
  #told: Shown;
  #state: Shown & Freshness;
  #isLoaded = false;
  #error: TaskApiError | null = null;
  #onChange = (): void => {};
  #isLoading = false;
  #endPause = (): void => {};
  #shallLoadAgain = false;
  readonly #abort = new AbortController();
  /** What came while it was asked for: it may be newer than the answer. */
  #meanwhile: ResourceEvent[] = [];

  constructor(empty: Shown) {
    this.#shown = empty;
    this.#told = empty;
    this.#state = { ...empty, ...LOADING };
  }

  /** The same object until something has changed. */
  get state(): Shown & Freshness {
    return this.#state;
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Asks for it. If that is under way already it is asked for once more afterwards. */
  load(): void {
    this.#shallLoadAgain = true;
    this.#endPause();
    if (!this.#isLoading) void this.#load();
  }

  apply(event: ResourceEvent): void {
    if (this.#isLoading) this.#meanwhile.push(event);
    this.#follow(event);
  }

  connection(state: WatchState): void {
    this.#connection = state;
    this.#tell();
  }

  close(): void {
    this.#abort.abort();
  }

  protected get shown(): Shown {
    return this.#shown;
  }

  protected get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** It as it is: what is the same as in `shown` is the same object. */
  protected abstract ask(): Promise<Shown>;

  /** `shown` after `event`: the same object where it makes no difference. */
  protected abstract after(shown: Shown, event: ResourceEvent): Shown | TaskApiError;

  #follow(event: ResourceEvent): void {
    const after = this.after(this.#shown, event);
    if (after === this.#shown) return;
    if (after instanceof TaskApiError) {
      this.#error = after;
    } else {
      this.#shown = after;
      this.#error = null;
      this.#isLoaded = true;
    }
    this.#tell();
  }

  async #load(): Promise<void> {
    this.#isLoading = true;
    for (let failures = 0; !this.signal.aborted;) {
      this.#shallLoadAgain = false;
      this.#meanwhile = [];
      try {
        const shown = await this.ask();
        if (this.signal.aborted) return;
        failures = 0;
        this.#shown = shown;
        this.#error = null;
        this.#isLoaded = true;
        for (const event of this.#meanwhile) this.#follow(event);
      } catch (error) {
        if (this.signal.aborted) return;
        if (error instanceof TaskApiError && error.isTemporary) {
          const { retryAfterMs } = error;
          const facts = { failures: ++failures, retryMs: null, retryAfterMs, maxRetryMs: 30_000 };
          await this.#pause(retryDelay(facts));
          continue;
        }
        this.#error =
          error instanceof TaskApiError
            ? error
            : new TaskApiError({ code: 'BAD_ANSWER', detail: String(error), cause: error });
      }
      this.#tell();
      if (!this.#shallLoadAgain) break;
    }
    this.#isLoading = false;
  }

  /** Whatever may have mended it ends the pause: to be asked to load is a sign of life. */
  async #pause(ms: number): Promise<void> {
    const abort = new LinkedAbort(this.signal);
    this.#endPause = () => abort.abort();
    await pause(ms, abort.signal);
    abort.release();
  }

  #tell(): void {
    const freshness = this.#freshness();
    const { status, staleSince, error } = this.#state;
    if (
      this.#told === this.#shown &&
      status === freshness.status &&
      staleSince === freshness.staleSince &&
      error === freshness.error
    )
      return;
    this.#told = this.#shown;
    this.#state = { ...this.#shown, ...freshness };
    this.#onChange();
  }

  #freshness(): Freshness {
    const { status, since, error } = this.#connection;
    const failed = this.#error ?? (status === 'ended' ? error : null);
    if (failed !== null) return { status: 'error', staleSince: null, error: failed };
    if (!this.#isLoaded || status === 'connecting') return LOADING;
    return status === 'reconnecting' || status === 'paused'
      ? { status: 'stale', staleSince: since, error: null }
      : { status: 'live', staleSince: null, error: null };
  }
}

export const LOADING: Freshness = { status: 'loading', staleSince: null, error: null };

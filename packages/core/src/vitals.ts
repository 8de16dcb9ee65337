import type { ChangeFeed } from './change-feed.js';
import type { Clock } from './clock.js';
import { Followers } from './followers.js';
import type { MemoryStore } from './memory/memory-store.js';
import type { Retention } from './retention.js';
import type { ChangePage, ChangesRequest, Position, TaskCounts, TaskStore } from './store.js';
import { type AuditVitals, StoreAudits } from './store-audits.js';
import { lookAtStore } from './store-probe.js';

/** Whether what is shown can be trusted, and what that follows from. */
export interface Vitals {
  /**
   * `ok`: what is read is what is. `degraded`: it may be wrong or late, because the last audit found the counters wrong or this
   * process is more than 10 s behind the changes. `unavailable`: the store does not answer.
   */
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly store: {
    readonly reachable: boolean;
    /** Milliseconds that it took to answer just now; `null`: it did not within 2 s. */
    readonly latencyMs: number | null;
  };
  /** How many tasks have each status; `null` while the store does not answer. */
  readonly counts: TaskCounts | null;
  readonly audit: AuditVitals;
  /** Milliseconds since those who follow the changes here were last known to be level; `null`: nobody follows them. */
  readonly feedLagMs: number | null;
  /** How often a reader of this process missed changes, was told `reset`, and read the state anew. */
  readonly resets: number;
  /** Tasks that retention removed in this process, by what they were over. */
  readonly evictions: Evictions;
  /** In epoch milliseconds. */
  readonly checkedAt: number;
}

export interface Evictions {
  /** `maxAgeMs`. */
  readonly age: number;
  /** `maxFinished`. */
  readonly count: number;
  /** `maxBytes`, in memory. */
  readonly bytes: number;
}

export interface VitalSignsOptions {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly feed: ChangeFeed;
  readonly retention: Retention;
  /** The store, if it is in memory. */
  readonly memory: MemoryStore | null;
  readonly onError: (error: unknown) => void;
}

/** However many ask, the store is looked at once a second. */
const FRESH_MS = 1_000;

/** A reader that is busy, or on its way back from a broken connection, is level again by then. */
const LATE_MS = 10_000;

/** Looks whether what this process shows is what is. Costs nothing until somebody asks. */
export class VitalSigns {
  readonly #options: VitalSignsOptions;
  readonly #audits: StoreAudits;
  readonly #followers: Followers;
  /** What had given way in a store that is older than this monitor. */
  readonly #evictedBefore: { readonly count: number; readonly bytes: number };
  #resets = 0;
  #looking: Promise<Vitals> | null = null;
  #last: { readonly vitals: Vitals; readonly at: number } | null = null;

  constructor(options: VitalSignsOptions) {
    this.#options = options;
    this.#followers = new Followers(options.clock);
    this.#audits = new StoreAudits(options.store, options.clock, options.onError);
    this.#evictedBefore = options.memory?.evictions ?? { count: 0, bytes: 0 };
  }

  /** A reader was told that it missed changes. */
  readonly missed = (): void => {
    this.#resets++;
  };

  /** Reads changes for somebody, who follows them if there is no end to the waiting. */
  async changes(position: Position | null, request: ChangesRequest): Promise<ChangePage> {
    const read = (): Promise<ChangePage> => this.#options.store.changesAfter(position, request);
    const page = await (request.waitMs === Infinity
      ? this.#followers.read(position, request.limit, read)
      : read());
    if (page.reset) this.missed();
    return page;
  }

  stop(): void {
    this.#audits.stop();
  }

  async look(): Promise<Vitals> {
    const isFresh =
      this.#last !== null && this.#options.clock.monotonic() - this.#last.at < FRESH_MS;
    if (isFresh) return (this.#last as { readonly vitals: Vitals }).vitals;
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look(): Promise<Vitals> {
    const { store, clock, feed } = this.#options;
    const { latencyMs, counts, position } = await lookAtStore(store, clock);
    const reachable = latencyMs !== null;
    if (reachable) this.#audits.ask();
    const audit = this.#audits.vitals();
    const lags = [feed.lagMs(position), this.#followers.lagMs(position)];
    const feedLagMs = lags.reduce((a, b) => (a === null || b === null ? (a ?? b) : Math.max(a, b)));
    const isDoubtful = audit.result === 'differs' || (feedLagMs ?? 0) > LATE_MS;
    const vitals: Vitals = {
      status: reachable ? (isDoubtful ? 'degraded' : 'ok') : 'unavailable',
      store: { reachable, latencyMs },
      counts,
      audit,
      feedLagMs,
      resets: this.#resets,
      evictions: this.#evictions(),
      checkedAt: clock.now(),
    };
    this.#last = { vitals, at: clock.monotonic() };
    return vitals;
  }

  #evictions(): Evictions {
    const { retention, memory } = this.#options;
    const { count, bytes } = memory?.evictions ?? this.#evictedBefore;
    return {
      age: retention.evicted.age,
      count: retention.evicted.count + count - this.#evictedBefore.count,
      bytes: bytes - this.#evictedBefore.bytes,
    };
  }
}

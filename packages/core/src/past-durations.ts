import type { Clock } from './clock.js';
import type { Spread } from './spread.js';
import type { TaskStore } from './store.js';

/** Completed tasks of a type that are looked at, the newest ones. */
const TASKS = 50;

/** Fewer of them show nothing. */
const LEAST_TASKS = 3;

/** How long what was read holds. */
const FRESH_MS = 10_000;

/** Types that are read at a time; the others have no history yet. */
const MOST_READS = 20;

/** Types that are remembered, each with at most {@link TASKS} numbers. */
const MOST_TYPES = 200;

/** Of the tasks that take `n` times as long as the longest before, one in `n` to this power takes longer still. */
const TAIL_SHAPE = 2;
/** The rest of the tail is without end. */
const MOST_OF_TAIL = 0.95;

interface Reading {
  readonly readAt: number;
  readonly durations: Promise<readonly number[]>;
}

/**
 * How long the completed tasks of a type took, newest first. Each type is read once in 10 s at most, however many ask, 20
 * types at a time, and 200 at most are remembered. A store that does not answer has no history.
 */
export class PastDurations {
  readonly #store: TaskStore;
  readonly #clock: Clock;
  readonly #byType = new Map<string, Reading>();
  #reads = 0;

  constructor(store: TaskStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Of each type; types of which too little is known are left out. */
  async of(types: Iterable<string | null>): Promise<ReadonlyMap<string | null, readonly number[]>> {
    const found = new Map<string | null, readonly number[]>();
    const readings = [...new Set(types)].map(async (type) => {
      const durations = type === null ? undefined : await this.#reading(type);
      if (durations !== undefined && durations.length >= LEAST_TASKS) found.set(type, durations);
    });
    await Promise.all(readings);
    return found;
  }

  #reading(type: string): Promise<readonly number[]> | undefined {
    const now = this.#clock.monotonic();
    const known = this.#byType.get(type);
    if (known !== undefined && now - known.readAt < FRESH_MS) return known.durations;
    // What is old is better than nothing, while others are read.
    if (this.#reads >= MOST_READS) return known?.durations;
    this.#byType.delete(type);
    if (this.#byType.size >= MOST_TYPES && !this.#forgetOldest(now)) return undefined;
    const durations = this.#read(type);
    this.#byType.set(type, { readAt: now, durations });
    return durations;
  }

  /** What still holds stays: more types than are remembered must not read the store anew with every call. */
  #forgetOldest(now: number): boolean {
    const [oldest] = this.#byType;
    if (oldest === undefined || now - oldest[1].readAt < FRESH_MS) return false;
    return this.#byType.delete(oldest[0]);
  }

  async #read(type: string): Promise<readonly number[]> {
    this.#reads++;
    try {
      const { tasks } = await this.#store.list({
        filter: { statuses: ['completed'], type },
        order: 'newest',
        after: null,
        limit: TASKS,
      });
      return tasks.flatMap(({ startedAt, completedAt }) =>
        startedAt === null || completedAt === null ? [] : [completedAt - startedAt],
      );
    } catch {
      // The next call to the store tells its caller. An estimate without history is one.
      return [];
    } finally {
      this.#reads--;
    }
  }
}

/**
 * How much longer a task takes that has run for `elapsedMs`, by those of the past that took longer than that. What no task
 * of the past shows has a long tail that begins where they end, and counts as one more of them.
 */
export function historySpread(durations: readonly number[], elapsedMs: number): Spread {
  const longer = durations.filter((duration) => duration > elapsedMs).sort((a, b) => a - b);
  const tailFrom = Math.max(elapsedMs, ...durations);
  const at = (share: number): number => {
    const place = share * (longer.length + 1);
    const known = longer[Math.ceil(place) - 1];
    const inTail = Math.min(place - longer.length, MOST_OF_TAIL);
    return (known ?? tailFrom * (1 - inTail) ** (-1 / TAIL_SHAPE)) - elapsedMs;
  };
  return { p50: at(0.5), p90: at(0.9) };
}

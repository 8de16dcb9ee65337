import type { Clock } from './clock.js';
import { LEASE } from './lease.js';
import type { LeaseState, TaskStore } from './store.js';
import type { Task } from './task.js';

/** How long what was read holds. */
const FRESH_MS = 2_000;

/** What is known of the process that runs a task. `gone`: it holds no lease. */
export type OwnerLife =
  | { readonly state: 'held'; readonly renewedMsAgo: number; readonly remainingMs: number }
  | { readonly state: 'gone' | 'unknown' };

/** What the store knew of all owners at one moment; `null` if it did not answer. */
export interface LifeLook {
  readonly leases: ReadonlyMap<string, LeaseState> | null;
  /** By the monotonic clock of this process. */
  readonly readAt: number;
  /** How long the store took to tell. */
  readonly tookMs: number;
}

/** Reads who holds a lease: once in 2 s at most, however many ask and however many tasks they ask for. */
export class OwnerLives {
  readonly #store: TaskStore;
  readonly #clock: Clock;
  #look: Promise<LifeLook> | null = null;
  #askedAt = 0;

  constructor(store: TaskStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  look(): Promise<LifeLook> {
    const now = this.#clock.monotonic();
    if (this.#look === null || now - this.#askedAt >= FRESH_MS) {
      this.#askedAt = now;
      this.#look = this.#read(now);
    }
    return this.#look;
  }

  async #read(askedAt: number): Promise<LifeLook> {
    // What cannot be read is unknown, which the evidence then says; the next call to the store tells its caller why.
    const states = await this.#store.leases().catch(() => null);
    const readAt = this.#clock.monotonic();
    const leases = states && new Map(states.map((state) => [state.owner.id, state]));
    return { leases, readAt, tookMs: readAt - askedAt };
  }
}

/** What `look` says of the owner of `task`, `now` by the monotonic clock. */
export function ownerLife({ leases, readAt }: LifeLook, task: Task, now: number): OwnerLife {
  const owner = task.execution.owner;
  if (owner === null || leases === null) return { state: 'unknown' };
  const remainingMs = leases.get(owner.id)?.remainingMs;
  if (remainingMs === undefined) return { state: 'gone' };
  const renewedMsAgo = Math.max(0, LEASE.durationMs - remainingMs + now - readAt);
  return { state: 'held', renewedMsAgo, remainingMs };
}

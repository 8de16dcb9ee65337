import { aFailure, aLeaseHolder, CREATED_AT } from './builders.js';
import type { ExpireAnswer, ExpireRequest, LeaseAnswer, TaskStore } from '../store.js';
import type { Task } from '../task.js';

/** Looks for owners that did not keep their lease, as a monitor does. */
export class LeaseSearch {
  readonly #store: TaskStore;
  readonly #id: string;
  #sequence = 0;

  constructor(store: TaskStore, id = 'monitor-7') {
    this.#store = store;
    this.#id = id;
  }

  /** One that has searched just now, so that the next search finds no gap. */
  static async opened(store: TaskStore, id?: string): Promise<LeaseSearch> {
    const search = new LeaseSearch(store, id);
    await search.search({ graceMs: 0 });
    return search;
  }

  search(given: Partial<ExpireRequest> = {}): Promise<ExpireAnswer> {
    return this.#store.expireLeases({
      dead: [],
      expired: true,
      gapMs: 16_000,
      graceMs: 30_000,
      error: ORPHANED,
      endedBy: Object.freeze({ cause: 'orphaned', monitor: this.#id }),
      at: CREATED_AT + 120_000,
      limit: 1_000,
      operation: { writer: this.#id, sequence: ++this.#sequence },
      ...given,
    });
  }

  /** Searches until nothing is left to do, and answers with all tasks that were failed. */
  async searchAll(given: Partial<ExpireRequest> = {}): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    for (let more = true; more;) {
      const answer = await this.search(given);
      tasks.push(...answer.tasks);
      more = answer.more;
    }
    return tasks;
  }
}

export const ORPHANED = aFailure({
  code: 'ORPHANED',
  message: 'The process that ran it died.',
  name: null,
  stack: null,
});

/** Takes a lease that was not held before. */
export function take(store: TaskStore, ownerId: string, durationMs = 30_000): Promise<LeaseAnswer> {
  return store.renewLease({ ...aLeaseHolder(ownerId), durationMs, renew: false });
}

/** Prolongs a lease that was held before. */
export function renew(
  store: TaskStore,
  ownerId: string,
  durationMs = 30_000,
): Promise<LeaseAnswer> {
  return store.renewLease({ ...aLeaseHolder(ownerId), durationMs, renew: true });
}

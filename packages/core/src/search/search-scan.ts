import type { Clock } from '../clock.js';
import { bytesOfTask } from '../memory/task-bytes.js';
import type { ListRequest, TaskStore } from '../store.js';
import type { Task } from '../task.js';
import type { Search } from './search.js';
import { SEARCH_LIMITS } from './search-error.js';
import { Turns } from './turns.js';

/** What was found by looking at tasks one by one. */
export interface Found {
  readonly tasks: readonly Task[];
  readonly nextCursor: string | null;
  readonly examined: number;
}

/** How long one search may keep the event loop before others get their turn. */
const SLICE_MS = 5;

/** Tasks asked of the store at a time: a first page is often found among few, and a long way is made in few calls. */
const FIRST_READ = 64;
const LONGEST_READ = 512;
/** Of large tasks fewer: a database's answer is read in one piece, this much in some milliseconds. */
const READ_BYTES = 1_048_576;

/** Finds what no index does: reads page after page of the store, and looks at each task. */
export class SearchScan {
  readonly #store: TaskStore;
  readonly #clock: Clock;
  readonly #turns = new Turns();

  constructor(store: TaskStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * The matches among the next tasks, `limit` of them at most. Ends right before a match that had no place any more, or
   * where this call has looked at as many as it may; the next one goes on there.
   */
  async find(search: Search, { filter, order, after, limit }: ListRequest): Promise<Found> {
    const now = this.#clock.now();
    const found: Task[] = [];
    let examined = 0;
    let last = after;
    let length = FIRST_READ;
    let since = await this.#turn();
    for (;;) {
      const left = SEARCH_LIMITS.examined - examined;
      const read = await this.#store.list({
        filter,
        order,
        after: last,
        limit: Math.min(length, left),
      });
      for (const task of read.tasks) {
        if (this.#clock.monotonic() - since >= SLICE_MS) since = await this.#turn();
        examined++;
        if (search.matches(task, now)) {
          if (found.length === limit) return { tasks: found, nextCursor: cursor(last), examined };
          found.push(task);
        }
        last = task.number;
      }
      if (!read.more) return { tasks: found, nextCursor: null, examined };
      if (found.length === limit || examined >= SEARCH_LIMITS.examined)
        return { tasks: found, nextCursor: cursor(last), examined };
      length = lengthAfter(length, read.tasks);
    }
  }

  /** Answers with when it began. */
  async #turn(): Promise<number> {
    await this.#turns.next();
    return this.#clock.monotonic();
  }
}

function cursor(number: number | null): string | null {
  return number === null ? null : String(number);
}

/** Judged by a few tasks of the last read: to measure all would cost as much as to search them. */
function lengthAfter(length: number, tasks: readonly Task[]): number {
  const sample = [0, 0.25, 0.5, 0.75].map((part) => tasks[Math.floor(part * tasks.length)]);
  const bytes = sample.reduce((sum, task) => sum + (task ? bytesOfTask(task) : 0), 0);
  const fitting = Math.floor((READ_BYTES * sample.length) / Math.max(bytes, 1));
  return Math.max(1, Math.min(2 * length, fitting, LONGEST_READ));
}

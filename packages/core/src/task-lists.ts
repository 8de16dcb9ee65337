import type { Clock } from './clock.js';
import type { Intake } from './intake.js';
import { type ListOptions, listRequest, type SearchReport, type TaskPage } from './list-options.js';
import { SearchScan } from './search/search-scan.js';
import { taskStats } from './stats.js';
import type { ListRequest, TaskStore } from './store.js';

/** Answers `list`: by the store's indexes as far as they reach, else by looking at the tasks. */
export class TaskLists {
  readonly #store: TaskStore;
  readonly #scan: SearchScan;
  readonly #intake: Intake;

  constructor(store: TaskStore, clock: Clock, intake: Intake) {
    this.#store = store;
    this.#intake = intake;
    this.#scan = new SearchScan(store, clock);
  }

  /** @throws {@link TaskMonitorError} INVALID_OPTIONS, INVALID_INPUT */
  async list(options: ListOptions): Promise<TaskPage> {
    const { search, ...asked } = listRequest(options);
    const request = { ...asked, filter: this.#intake.filter(asked.filter) };
    if (search === undefined) return this.#page(request);
    if (search.filter === null)
      return { tasks: [], nextCursor: null, total: 0, search: BY_INDEXES };
    if (search.indexed) return { ...(await this.#page(request)), search: BY_INDEXES };
    const { tasks, nextCursor, examined } = await this.#scan.find(search, request);
    return {
      tasks,
      nextCursor,
      total: tasks.length,
      search: {
        examined,
        complete: nextCursor === null || tasks.length === request.limit,
        exact: nextCursor === null && request.after === null,
      },
    };
  }

  async #page(request: ListRequest): Promise<TaskPage> {
    const [page, counts] = await Promise.all([
      this.#store.list(request),
      this.#store.counts(request.filter),
    ]);
    const last = page.tasks[page.tasks.length - 1];
    return {
      tasks: page.tasks,
      nextCursor: page.more && last !== undefined ? String(last.number) : null,
      total: taskStats(counts).totalTasks,
    };
  }
}

const BY_INDEXES: SearchReport = Object.freeze({ examined: 0, complete: true, exact: true });

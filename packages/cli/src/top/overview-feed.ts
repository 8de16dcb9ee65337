import type { TaskClient, TasksEvent, TaskWatch, WatchState } from '@task-monitor/client';
import { asked } from '../asked.js';
import { Overview } from './overview.js';

/** More running tasks than a screen has rows for. */
const TASKS = 200;
const FAILURES = 20;

/** Keeps an {@link Overview} of a server: told of changes as they happen, and asking for what changes by itself. */
export class OverviewFeed {
  readonly overview = new Overview();
  readonly url: string;
  readonly search: string | null;
  /** When all was last asked for and answered. */
  askedAt = 0;
  readonly #client: TaskClient;
  #watch: TaskWatch<TasksEvent> | null = null;

  constructor(client: TaskClient, url: string, search: string | null) {
    this.#client = client;
    this.url = url;
    this.search = search;
  }

  get state(): WatchState {
    return this.#watch?.state ?? { status: 'connecting', since: Date.now(), error: null };
  }

  /** The running tasks as they stand, and every change. */
  watch(signal: AbortSignal, onState: (state: WatchState) => void): TaskWatch<TasksEvent> {
    const filter = { status: 'running' as const, limit: TASKS, ...this.#query };
    this.#watch = this.#client.watch(filter, { signal, onState });
    return this.#watch;
  }

  /** Asks for all of it. */
  async ask(): Promise<void> {
    const askedAt = Date.now();
    const [counts, running, failed] = await asked(this.url, (signal) =>
      Promise.all([
        this.#client.count({ signal }),
        this.#client.all({ ...this.#query, status: 'running', limit: TASKS, view: 'full', signal }),
        this.#client.all({
          ...this.#query,
          status: 'failed',
          limit: FAILURES,
          view: 'full',
          signal,
        }),
      ]),
    );
    const unseen = running.total_count - running.tasks.length;
    const answers = { counts, running: running.tasks, unseen, failed: failed.tasks };
    this.overview.take(answers, this.state.status === 'live', Date.now());
    this.askedAt = askedAt;
  }

  get #query(): { readonly q?: string } {
    return this.search === null ? {} : { q: this.search };
  }
}

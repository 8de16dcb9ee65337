import type { WireFullTaskList, WireListSnapshot, WireStats } from '@task-monitor/http';
import type { QueryOf } from './endpoint-methods.js';
import { pause } from './pause.js';
import { routeTo } from './routes.js';
import type { Subject, Taken } from './subject.js';
import { ToldVersions } from './told-versions.js';
import type { Question, Transport } from './transport.js';
import type { StreamedEvent, TasksEvent } from './watched-event.js';
import type { WatchTimes } from './watch-options.js';

/** Which tasks are watched, and what of them. */
export type TasksFilter = Omit<QueryOf<'events'>, 'last_event_id'>;

/** All tasks that a filter finds, for as long as anybody cares. */
export class ManyTasks implements Subject<TasksEvent> {
  readonly stream: Question;
  readonly #transport: Transport;
  readonly #filter: TasksFilter;
  readonly #times: WatchTimes;
  readonly #told = new ToldVersions();
  /** What the last snapshot said, as far as it matters. */
  #last = '';

  constructor(transport: Transport, filter: TasksFilter, times: WatchTimes) {
    this.#transport = transport;
    this.#filter = filter;
    this.#times = times;
    this.stream = { ...routeTo('events'), query: filter };
  }

  take(event: StreamedEvent): Taken<TasksEvent> {
    return { event: this.#news(event), isLast: false };
  }

  async *poll(signal: AbortSignal): AsyncGenerator<Taken<TasksEvent>, void> {
    const { firstByteMs, pollMs } = this.#times;
    // Of lines of output a list says nothing.
    const query = { ...this.#filter, output: undefined, view: 'full' };
    while (!signal.aborted) {
      const [list, stats] = await Promise.all([
        this.#transport.ask<WireFullTaskList>({ ...routeTo('all'), query, signal }, firstByteMs),
        this.#transport.ask<WireStats>({ ...routeTo('stats'), signal }, firstByteMs),
      ]);
      yield this.take({ type: 'snapshot', stats, ...list });
      await pause(pollMs, signal);
    }
  }

  #news(event: StreamedEvent): TasksEvent | null {
    switch (event.type) {
      case 'end':
      case 'shutdown':
        return null;
      case 'reset':
        this.#last = '';
        return event;
      case 'snapshot':
        return 'tasks' in event ? this.#snapshot(event) : null;
      case 'task.removed': {
        const ids = this.#told.remove(event.ids);
        return ids.length > 0 ? { ...event, ids } : null;
      }
      default:
        return this.#told.isNews(event.task) ? event : null;
    }
  }

  /** Whoever is told it goes on from there, so what was told before counts no more. */
  #snapshot(event: { readonly type: 'snapshot' } & WireListSnapshot): TasksEvent | null {
    const { stats, tasks, total_count } = event;
    const versions = tasks.map(({ task_id, number, version }) => [task_id, number, version]);
    const says = JSON.stringify([stats, total_count, versions]);
    if (says === this.#last) return null;
    this.#last = says;
    this.#told.forget();
    for (const task of tasks) this.#told.isNews(task);
    return event;
  }
}

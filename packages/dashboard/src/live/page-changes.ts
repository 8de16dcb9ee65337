import type { TasksEvent, WireFullTask } from '@task-monitor/client';
import { fit } from '../text/search-fit.js';
import { readTerms, type SearchTerm } from '../text/read-terms.js';

/** A page of the list, newest first, as far as it says which tasks belong to it. */
export interface Extent {
  readonly q: string;
  /** Whether it is the first one. */
  readonly isFirst: boolean;
  /** Whether others follow. */
  readonly hasNext: boolean;
  readonly tasks: readonly Pick<WireFullTask, 'task_id' | 'number'>[];
}

/** Which tasks have come to a page or left it since it was read, as far as their changes tell. */
export class PageChanges {
  readonly #terms: readonly SearchTerm[];
  readonly #onPage: ReadonlySet<string>;
  /** The numbers between which a task belongs to the page. */
  readonly #least: number;
  readonly #most: number;
  readonly #changed = new Set<string>();

  constructor({ q, isFirst, hasNext, tasks }: Extent) {
    this.#terms = readTerms(q);
    this.#onPage = new Set(tasks.map(({ task_id }) => task_id));
    this.#most = isFirst ? Infinity : (tasks[0]?.number ?? -Infinity);
    this.#least = hasNext ? (tasks.at(-1)?.number ?? Infinity) : -Infinity;
  }

  /** How many tasks. */
  get size(): number {
    return this.#changed.size;
  }

  see(event: TasksEvent): void {
    if (event.type === 'task.removed') {
      for (const id of event.ids)
        if (this.#onPage.has(id)) this.#changed.add(id);
        else this.#changed.delete(id);
    } else if ('task' in event) this.#seeTask(event.task, MOVES.has(event.type));
  }

  /** `moves`: it was registered, or has another status than before. */
  #seeTask(task: WireFullTask, moves: boolean): void {
    const { task_id: id, number } = task;
    const found = fit(this.#terms, task);
    if (this.#onPage.has(id)) {
      if (found === 'no') this.#changed.add(id);
      else this.#changed.delete(id);
      return;
    }
    if (found === 'no') this.#changed.delete(id);
    // Which texts a report of progress brings into a search, only the server can tell; it is not asked at each of them.
    else if ((found === 'yes' || moves) && number > this.#least && number < this.#most)
      this.#changed.add(id);
  }
}

const MOVES: ReadonlySet<string> = new Set([
  'task.registered',
  'task.started',
  'task.completed',
  'task.failed',
  'task.cancelled',
]);

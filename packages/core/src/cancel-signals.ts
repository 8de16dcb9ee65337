import type { ChangeFeed, FeedEvent } from './change-feed.js';
import { TaskAbortError } from './failure.js';
import type { TaskStore } from './store.js';
import { isFinished, type Task } from './task.js';

interface Watched {
  readonly controller: AbortController;
  readonly unsubscribe: () => void;
}

/** The AbortSignals of tasks driven by hand: each fires when anybody, in any process, cancels its task. */
export class CancelSignals {
  readonly #store: TaskStore;
  readonly #feed: ChangeFeed;
  readonly #onError: (error: unknown) => void;
  readonly #watched = new Map<string, Watched>();

  constructor(store: TaskStore, feed: ChangeFeed, onError: (error: unknown) => void) {
    this.#store = store;
    this.#feed = feed;
    this.#onError = onError;
  }

  /** The same signal for the same task until the task ends. */
  of(id: string): AbortSignal {
    const known = this.#watched.get(id);
    if (known !== undefined) return known.controller.signal;
    const controller = new AbortController();
    const { ready, unsubscribe } = this.#feed.subscribe(id, (event) => this.#tell(id, event));
    this.#watched.set(id, { controller, unsubscribe });
    ready.then(() => this.#look(id)).catch(this.#onError);
    return controller.signal;
  }

  /** Tells the signal what became of its task, without waiting for the feed. */
  see(task: Task): void {
    const watched = this.#watched.get(task.id);
    if (watched === undefined) return;
    const { status, execution } = task;
    const endedByOthers = isFinished(status) && execution.endedBy?.cause !== 'caller';
    if (execution.cancel !== null || endedByOthers) {
      const reason = execution.cancel?.reason ?? task.error?.message ?? `it is ${status}`;
      watched.controller.abort(
        new TaskAbortError('cancel', `Task "${task.id}" was ended: ${reason}`),
      );
    }
    if (isFinished(status)) this.#forget(task.id);
  }

  close(): void {
    for (const id of [...this.#watched.keys()]) this.#forget(id);
  }

  #tell(id: string, event: FeedEvent): void {
    if (event.type === 'task.removed') this.#forget(id);
    else if (event.type === 'reset') this.#look(id).catch(this.#onError);
    else this.see(event.task);
  }

  async #look(id: string): Promise<void> {
    if (!this.#watched.has(id)) return;
    const task = await this.#store.get(id);
    if (task === null) this.#forget(id);
    else this.see(task);
  }

  #forget(id: string): void {
    this.#watched.get(id)?.unsubscribe();
    this.#watched.delete(id);
  }
}

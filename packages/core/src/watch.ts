import type { ChangeFeed, FeedEvent } from './change-feed.js';
import { taskNotFound } from './errors.js';
import type { AnySignal } from './signal-listeners.js';
import type { Change, ChangePage, Position, TaskStore } from './store.js';
import { isFinished, type Task } from './task.js';

/**
 * What `watch()` tells: a {@link Change}; `snapshot`, the task as it stands, first of all when one task is watched; `reset`
 * when changes were missed and the state is to be read anew.
 */
export type TaskEvent =
  | Change
  | { readonly type: 'snapshot'; readonly task: Task }
  | { readonly type: 'reset'; readonly position: Position };

export interface WatchOptions {
  /** Only this task, until it is finished or removed. */
  readonly taskId?: string;
  /** Ends the watching, quietly. */
  readonly signal?: AbortSignal;
  /** Go on after the event that had this position. Default: from now on. */
  readonly after?: Position;
}

/** Events a watcher of one task may lag behind before it is told `reset`. */
const MAX_QUEUE = 10_000;

const BATCH = 1_000;

/**
 * All changes from `position` on, in store order. Each watcher reads at its own pace from the store's kept changes, so a
 * slow one costs nothing and is told `reset` once it lags too far behind. With `taskId` only that task's, until it ends.
 */
export async function* watchAll(
  store: TaskStore,
  position: Promise<Position>,
  taskId: string | undefined,
  until: () => AnySignal,
  onMissed: () => void,
): AsyncGenerator<TaskEvent, void> {
  const { signal: stop, release } = until();
  try {
    let from = await unlessStopped(position, stop);
    // A task that is over has no change to wait for: what is kept of them is all there will be.
    let over = taskId !== undefined && from !== null && (await isOver(store, taskId));
    while (from !== null && !stop.aborted) {
      const wait = { limit: BATCH, waitMs: over ? 0 : Infinity, signal: stop };
      const page: ChangePage | null = await store
        .changesAfter(from, wait)
        .catch((error: unknown) => {
          // The monitor was closed, and the store with it, while the reader was busy with the last page.
          if (stop.aborted) return null;
          throw error;
        });
      if (page === null) return;
      from = page.position;
      if (page.reset) {
        onMissed();
        yield { type: 'reset', position: page.position };
        over = taskId !== undefined && (await isOver(store, taskId));
      } else if (over && page.changes.length === 0) {
        return await expectKept(store, taskId as string);
      }
      for (const change of page.changes) {
        if (taskId === undefined) {
          yield change;
        } else if (concerns(change, taskId)) {
          yield change;
          if (change.type === 'task.removed' || isFinished(change.task.status)) return;
        }
      }
    }
  } finally {
    release();
  }
}

/**
 * One task: `snapshot`, then its changes until it is finished or removed.
 *
 * @throws {@link TaskMonitorError} TASK_NOT_FOUND
 */
export async function* watchTask(
  store: TaskStore,
  feed: ChangeFeed,
  id: string,
  until: () => AnySignal,
  onMissed: () => void,
): AsyncGenerator<TaskEvent, void> {
  const { signal: stop, release } = until();
  const queue = new EventQueue(stop, onMissed);
  const subscription = feed.subscribe(id, (event) => queue.push(event));
  try {
    await unlessStopped(subscription.ready, stop);
    if (stop.aborted) return;
    let told = 0;
    for (
      let event: FeedEvent | 'first' | null = 'first';
      event !== null;
      event = await queue.next()
    ) {
      if (event === 'first' || event.type === 'reset') {
        if (event !== 'first') yield event;
        const task = await store.get(id);
        if (task === null) throw taskNotFound(id);
        told = task.version;
        yield { type: 'snapshot', task };
        if (isFinished(task.status)) return;
      } else if (event.type === 'task.removed') {
        yield event;
        return;
      } else if (event.task.version > told) {
        told = event.task.version;
        yield event;
        if (isFinished(event.task.status)) return;
      }
    }
  } finally {
    subscription.unsubscribe();
    release();
  }
}

/** What `promise` resolves with, or `null` once `stop` fires: a store that is away must not hold up the end. */
function unlessStopped<T>(promise: Promise<T>, stop: AbortSignal): Promise<T | null> {
  const stopped = new Promise<null>((resolve) => {
    if (stop.aborted) resolve(null);
    else stop.addEventListener('abort', () => resolve(null), { once: true });
  });
  return Promise.race([promise, stopped]);
}

async function isOver(store: TaskStore, id: string): Promise<boolean> {
  const task = await store.get(id);
  return task === null || isFinished(task.status);
}

/** @throws {@link TaskMonitorError} TASK_NOT_FOUND */
async function expectKept(store: TaskStore, id: string): Promise<void> {
  if ((await store.get(id)) === null) throw taskNotFound(id);
}

function concerns(change: Change, taskId: string): boolean {
  return change.type === 'task.removed' ? change.ids.includes(taskId) : change.task.id === taskId;
}

/** Hands events from a listener to an iterator; bounded. */
class EventQueue {
  #events: FeedEvent[] = [];
  #next = 0;
  #wake: (() => void) | null = null;
  readonly #stop: AbortSignal;
  readonly #onMissed: () => void;

  constructor(stop: AbortSignal, onMissed: () => void) {
    this.#stop = stop;
    this.#onMissed = onMissed;
    stop.addEventListener('abort', () => this.#wake?.());
  }

  push(event: FeedEvent): void {
    if (this.#events.length - this.#next >= MAX_QUEUE && event.type !== 'reset') {
      const position = event.position;
      this.#onMissed();
      this.#events = [{ type: 'reset', position }];
      this.#next = 0;
    } else {
      this.#events.push(event);
    }
    this.#wake?.();
  }

  /** The next event; `null` once the watching is to end and everything before that was told. */
  async next(): Promise<FeedEvent | null> {
    while (this.#next === this.#events.length) {
      if (this.#stop.aborted) return null;
      this.#events = [];
      this.#next = 0;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
    }
    // A reader that is never quite up to date must not keep all that it has read.
    if (this.#next === BATCH) {
      this.#events.splice(0, BATCH);
      this.#next = 0;
    }
    return this.#events[this.#next++] as FeedEvent;
  }
}

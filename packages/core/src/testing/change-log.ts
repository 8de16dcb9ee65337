import type { Change, Position, TaskStore } from '../store.js';

/** Reads the changes of a store from the moment it was opened. */
export class ChangeLog {
  readonly #store: TaskStore;
  /** The position at which it was opened. */
  readonly start: Position;
  #position: Position;
  readonly #changes: Change[] = [];

  private constructor(store: TaskStore, position: Position) {
    this.#store = store;
    this.start = position;
    this.#position = position;
  }

  static async open(store: TaskStore): Promise<ChangeLog> {
    return new ChangeLog(store, await positionOfNow(store));
  }

  /** Every change since the log was opened, the ones that were read before included. */
  async read(limit = 100): Promise<readonly Change[]> {
    while ((await this.readPage({ limit, waitMs: 0 })) > 0);
    return this.#changes;
  }

  /** Reads one page, waiting for it as long as asked, and answers with how many changes it had. */
  async readPage(request: { readonly limit: number; readonly waitMs: number }): Promise<number> {
    const page = await this.#store.changesAfter(this.#position, request);
    if (page.reset) throw new Error('Expected every change to be told, got "reset".');
    if (page.changes.length > request.limit) {
      throw new Error(`Expected at most ${request.limit} changes, got ${page.changes.length}.`);
    }
    this.#changes.push(...page.changes);
    this.#position = page.position;
    return page.changes.length;
  }

  /** Every change since the log was opened, each as one line: `task.started task-1 v2`. */
  async lines(): Promise<readonly string[]> {
    return (await this.read()).map(lineOf);
  }
}

export function lineOf(change: Change): string {
  if (change.type === 'task.removed') return `task.removed ${[...change.ids].sort().join(' ')}`;
  return `${change.type} ${change.task.id} v${change.task.version}`;
}

export async function positionOfNow(store: TaskStore): Promise<Position> {
  return (await store.changesAfter(null, { limit: 1, waitMs: 0 })).position;
}

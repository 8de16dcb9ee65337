import type { KeptTask } from './kept-task.js';

/** Tasks that were written or read lately. A wrong guess costs a second question to the database, nothing else. */
const MOST_TASKS = 10_000;

const MOST_CHARACTERS = 32_000_000;

/** What is left when they are too many: many go at a time, as what was deleted from a `Map` is in the way at its beginning. */
const LEFT = 7 / 8;

/**
 * The tasks that this instance wrote or read last, as they were then. Another process may have changed them since: whoever
 * writes compares the version.
 */
export class KnownTasks {
  /** A `Map` keeps the order of entering: the first is the one that was not asked for longest. */
  readonly #tasks = new Map<string, KeptTask>();
  readonly #ids = new Map<string, string>();
  #characters = 0;

  has(id: string): boolean {
    return this.#tasks.has(id);
  }

  get(id: string): KeptTask | undefined {
    const kept = this.#tasks.get(id);
    if (kept !== undefined) {
      this.#tasks.delete(id);
      this.#tasks.set(id, kept);
    }
    return kept;
  }

  /** The task that had an idempotency key when it was seen last. */
  idOfKey(key: string | null): string | undefined {
    return key === null ? undefined : this.#ids.get(key);
  }

  /** Keeps what it has if that is newer. */
  learn(kept: KeptTask): void {
    const { task, idempotencyKey } = kept;
    const known = this.#tasks.get(task.id)?.task;
    if (
      known &&
      (known.number > task.number || (known.number === task.number && known.version > task.version))
    )
      return;
    this.forget(task.id);
    this.#tasks.set(task.id, kept);
    this.#characters += kept.size;
    if (idempotencyKey !== null) this.#ids.set(idempotencyKey, task.id);
    if (this.#isWithin(1)) return;
    for (const id of this.#tasks.keys()) {
      if (this.#isWithin(LEFT)) break;
      this.forget(id);
    }
  }

  forget(id: string): void {
    const kept = this.#tasks.get(id);
    if (kept === undefined) return;
    this.#tasks.delete(id);
    this.#characters -= kept.size;
    this.forgetKey(kept.idempotencyKey);
  }

  forgetKey(key: string | null): void {
    if (key !== null) this.#ids.delete(key);
  }

  #isWithin(part: number): boolean {
    return this.#tasks.size <= part * MOST_TASKS && this.#characters <= part * MOST_CHARACTERS;
  }
}

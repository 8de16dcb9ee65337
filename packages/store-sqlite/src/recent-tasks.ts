import { isFinished, type Task } from '@task-monitor/core';

/** Enough for what is under way at a time. */
const MAX_TASKS = 1_000;

/** Characters: definitions and states together. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** What is left when they are too many: many go at a time, as what was deleted from a `Map` is in the way at its beginning. */
const LEFT = 7 / 8;

/**
 * The active tasks that were written last, as they stand: whoever writes to one again, as most do, need not read it. Only a
 * transaction that knows that nobody else has written since may ask.
 */
export class RecentTasks {
  /** A `Map` keeps the order of entering: the first is the one that was not written for longest. */
  readonly #tasks = new Map<string, { readonly task: Task; readonly size: number }>();
  #characters = 0;

  get(id: string): Task | undefined {
    return this.#tasks.get(id)?.task;
  }

  /** `size`: characters that it takes, more or less. */
  keep(task: Task, size: number): void {
    this.drop(task.id);
    // Hardly anybody writes to a task that has finished.
    if (isFinished(task.status)) return;
    this.#tasks.set(task.id, { task, size });
    this.#characters += size;
    if (this.#isWithin(1)) return;
    for (const oldest of this.#tasks.keys()) {
      if (this.#isWithin(LEFT)) break;
      this.drop(oldest);
    }
  }

  drop(id: string): void {
    const known = this.#tasks.get(id);
    if (known === undefined) return;
    this.#tasks.delete(id);
    this.#characters -= known.size;
  }

  clear(): void {
    this.#tasks.clear();
    this.#characters = 0;
  }

  #isWithin(part: number): boolean {
    return this.#tasks.size <= part * MAX_TASKS && this.#characters <= part * MAX_CHARACTERS;
  }
}

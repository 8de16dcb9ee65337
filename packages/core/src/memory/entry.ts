import type { Operation } from '../store.js';
import type { Task } from '../task.js';
import type { OutputTail } from './output-tail.js';

/** What the memory store keeps of one task. */
export class Entry {
  task: Task;
  output: OutputTail | null = null;
  readonly idempotencyKey: string | null;
  /** The last write, so that it is known when it is sent again. */
  #writer = '';
  #sequence = 0;

  constructor(task: Task, idempotencyKey: string | null, operation: Operation) {
    this.task = task;
    this.idempotencyKey = idempotencyKey;
    this.wrote(operation);
  }

  wrote(operation: Operation): void {
    this.#writer = operation.writer;
    this.#sequence = operation.sequence;
  }

  wasWrittenBy(operation: Operation): boolean {
    return this.#sequence === operation.sequence && this.#writer === operation.writer;
  }
}

import type { Task } from '../task.js';
import type { OutputTail } from './output-tail.js';

/** What the memory store keeps of one task. */
export class Entry {
  task: Task;
  output: OutputTail | null = null;
  readonly idempotencyKey: string | null;

  constructor(task: Task, idempotencyKey: string | null) {
    this.task = task;
    this.idempotencyKey = idempotencyKey;
  }
}

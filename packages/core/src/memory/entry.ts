import type { NewOutputLine, OutputLine } from '../store.js';
import type { Task } from '../task.js';
import { bytesOfText } from './heap-bytes.js';
import { OutputTail } from './output-tail.js';
import { bytesBeside, bytesOfTask } from './task-bytes.js';

/** What the memory store keeps of one task. */
export class Entry {
  task: Task;
  output: OutputTail | null = null;
  readonly idempotencyKey: string | null;
  /** What it takes of the heap, its output included; the sum of every change to it. */
  bytes: number;

  constructor(task: Task, idempotencyKey: string | null) {
    this.task = task;
    this.idempotencyKey = idempotencyKey;
    this.bytes =
      bytesOfTask(task) + (idempotencyKey === null ? 0 : KEY_PLACE + bytesOfText(idempotencyKey));
  }

  /** Takes the next version of the task. Answers with what the former one held alone, which is free now. */
  become(task: Task): number {
    const replaced = bytesBeside(this.task, task);
    this.bytes += bytesBeside(task, this.task) - replaced;
    this.task = task;
    return replaced;
  }

  /** Answers with the lines as they were kept. */
  append(lines: readonly NewOutputLine[]): readonly OutputLine[] {
    const before = this.output?.heapBytes ?? 0;
    this.output ??= new OutputTail();
    const added = this.output.append(lines);
    this.bytes += this.output.heapBytes - before;
    return added;
  }

  /** Lets the oldest output go until it took `surplus` bytes, as far as there is any. */
  giveWay(surplus: number): void {
    if (this.output === null) return;
    const before = this.output.heapBytes;
    this.output.giveWay(surplus);
    this.bytes += this.output.heapBytes - before;
  }
}

/** In the map of keys. */
const KEY_PLACE = 40;

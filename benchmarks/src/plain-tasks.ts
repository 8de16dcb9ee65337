import { v4 } from 'uuid';
import type { ExampleTask } from './example-task.js';

export interface PlainTask extends ExampleTask {
  readonly id: string;
  readonly status: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly error: string | null;
  readonly progress: string | null;
}

/**
 * What the benchmarks compare with, the least that one writes without a library: a Map behind async methods that keep and
 * answer copies. It checks nothing, has no order, tells nobody and never forgets.
 */
export class PlainTasks {
  protected readonly tasks = new Map<string, PlainTask>();

  async register({ command, metadata }: ExampleTask): Promise<PlainTask> {
    const task: PlainTask = {
      id: newId(),
      status: 'pending',
      command,
      metadata,
      createdAt: Date.now(),
      startedAt: null,
      completedAt: null,
      error: null,
      progress: null,
    };
    this.tasks.set(task.id, task);
    return { ...task };
  }

  async change(id: string, patch: Partial<PlainTask>): Promise<PlainTask> {
    const task = { ...this.tasks.get(id), ...patch } as PlainTask;
    this.tasks.set(id, task);
    return { ...task };
  }

  async get(id: string): Promise<PlainTask> {
    return { ...this.tasks.get(id) } as PlainTask;
  }

  async close(): Promise<void> {
    this.tasks.clear();
  }
}

/** The same ids as core's, which are made into one flat string by reading a character: see `packages/core/src/id.ts`. */
function newId(): string {
  const id = v4();
  return id.charCodeAt(0) > 0 ? id : newId();
}

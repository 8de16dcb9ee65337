import type { ExampleTask } from './example-task.js';
import { type PlainTask, PlainTasks } from './plain-tasks.js';

/** A plain Map with what makes its reads as cheap as they can be: counters, and the ids in order of creation. */
export class CountedTasks extends PlainTasks {
  readonly #ids: string[] = [];
  readonly #counts = { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };

  override async register(options: ExampleTask): Promise<PlainTask> {
    const task = await super.register(options);
    this.#ids.push(task.id);
    this.#counts.pending++;
    return task;
  }

  override async change(id: string, patch: Partial<PlainTask>): Promise<PlainTask> {
    this.#counts[(await this.get(id)).status]--;
    const task = await super.change(id, patch);
    this.#counts[task.status]++;
    return task;
  }

  async stats(): Promise<Readonly<Record<PlainTask['status'], number>>> {
    return { ...this.#counts };
  }

  async count(status: PlainTask['status']): Promise<number> {
    return this.#counts[status];
  }

  /** The newest tasks, newest first. */
  async list(limit: number): Promise<readonly PlainTask[]> {
    return this.#ids
      .slice(-limit)
      .reverse()
      .map((id) => ({ ...this.tasks.get(id) }) as PlainTask);
  }
}

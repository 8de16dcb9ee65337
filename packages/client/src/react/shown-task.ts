import type { WireFullTask } from '@task-monitor/http';
import { TaskApiError } from '../task-api-error.js';
import type { TaskClient } from '../task-client.js';
import { isNewer, isSame } from '../told-versions.js';
import { Resource, type ResourceEvent } from './resource.js';

interface Shown {
  /** As it was last known; `null` until it is there. */
  readonly task: WireFullTask | null;
}

export const NO_TASK: Shown = { task: null };

/** One task as it is shown. */
export class ShownTask extends Resource<Shown> {
  readonly #client: TaskClient;
  readonly #id: string;

  constructor(client: TaskClient, id: string) {
    super(NO_TASK);
    this.#client = client;
    this.#id = id;
  }

  protected override async ask(): Promise<Shown> {
    const task = await this.#client.task(this.#id, { view: 'full', signal: this.signal });
    const { shown } = this;
    return shown.task !== null && isSame(task, shown.task) ? shown : { task };
  }

  protected override after(shown: Shown, event: ResourceEvent): Shown | TaskApiError {
    if (event.type === 'task.removed') {
      if (!event.ids.includes(this.#id)) return shown;
      const detail = `Task not found: ${this.#id}`;
      return new TaskApiError({ code: 'TASK_NOT_FOUND', status: 404, detail });
    }
    const { task } = event;
    if (task.task_id !== this.#id) return shown;
    return shown.task === null || isNewer(task, shown.task) ? { task } : shown;
  }
}

import type { WireFullTask } from '@task-monitor/http';

type Known = Pick<WireFullTask, 'task_id' | 'number' | 'version'>;

/**
 * What has been told of each task, so that nothing is told twice or after something newer. A task that has the id of a
 * removed one is another task, of a higher number.
 */
export class ToldVersions {
  readonly #told = new Map<string, { readonly number: number; readonly version: number }>();

  /** Whether nothing as new has been told of `task`; from now on it has. */
  isNews(task: Known): boolean {
    const { task_id, number, version } = task;
    const told = this.#told.get(task_id);
    if (told !== undefined && !isNewer(task, told)) return false;
    this.#note(task_id, { number, version });
    return true;
  }

  /** Those of `ids` that have not been told as removed; from now on they have. */
  remove(ids: readonly string[]): readonly string[] {
    return ids.filter((id) => {
      const told = this.#told.get(id);
      if (told?.version === Infinity) return false;
      if (told !== undefined) this.#note(id, { number: told.number, version: Infinity });
      return true;
    });
  }

  forget(): void {
    this.#told.clear();
  }

  /** Of those that have not changed for longest nothing more is to come, most likely. */
  #note(id: string, told: { readonly number: number; readonly version: number }): void {
    this.#told.delete(id);
    this.#told.set(id, told);
    if (this.#told.size <= MAX_TASKS) return;
    const [oldest] = this.#told.keys();
    if (oldest !== undefined) this.#told.delete(oldest);
  }
}

/** Whether `task` is a later state than `other`, or of a later task of the same id. */
export function isNewer(
  task: Pick<Known, 'number' | 'version'>,
  other: Pick<Known, 'number' | 'version'>,
): boolean {
  return task.number === other.number ? task.version > other.version : task.number > other.number;
}

/** Whether both are the same state of the same task; what only time changes, as its duration, does not count. */
export function isSame(task: WireFullTask, other: WireFullTask): boolean {
  const { number, version, created_at } = other;
  return task.number === number && task.version === version && task.created_at === created_at;
}

/** Ten times what a snapshot can have. */
const MAX_TASKS = 10_000;

import type { WireFullTask, WireStats } from '@task-monitor/http';
import type { TasksFilter } from '../many-tasks.js';
import type { TaskClient } from '../task-client.js';
import { isNewer, isSame } from '../told-versions.js';
import { Resource, type ResourceEvent } from './resource.js';

/** Which tasks are shown: of this status, type, tag or parent, the newest `limit` (default 50) of them. */
export type ShownFilter = Pick<TasksFilter, 'status' | 'type' | 'tag' | 'parent' | 'limit'>;

interface Shown {
  /** The newest first. */
  readonly tasks: readonly WireFullTask[];
  /** Of all tasks that may be seen; `null` until they are there. */
  readonly stats: WireStats | null;
}

export const NO_TASKS: Shown = { tasks: [], stats: null };

/** The tasks that a filter finds, as they are shown, and the numbers of all. */
export class ShownTasks extends Resource<Shown> {
  readonly #client: TaskClient;
  readonly #filter: ShownFilter;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: TaskClient, filter: ShownFilter) {
    super(NO_TASKS);
    this.#client = client;
    this.#filter = filter;
  }

  override close(): void {
    clearTimeout(this.#timer);
    super.close();
  }

  protected override async ask(): Promise<Shown> {
    const { signal } = this;
    const [list, counted] = await Promise.all([
      this.#client.all({ ...this.#filter, view: 'full', signal }),
      this.#client.stats({ signal }),
    ]);
    const { shown } = this;
    const known = new Map(shown.tasks.map((task) => [task.task_id, task]));
    const tasks = list.tasks.map((task) => {
      const other = known.get(task.task_id);
      return other !== undefined && isSame(task, other) ? other : task;
    });
    const stats = JSON.stringify(counted) === JSON.stringify(shown.stats) ? shown.stats : counted;
    const isAsBefore =
      stats === shown.stats &&
      tasks.length === shown.tasks.length &&
      tasks.every((task, index) => task === shown.tasks[index]);
    return isAsBefore ? shown : { tasks, stats };
  }

  protected override after(shown: Shown, event: ResourceEvent): Shown {
    // The numbers have changed, and maybe what comes in below.
    if (!QUIET.has(event.type)) this.#loadSoon();
    const { stats } = shown;
    if (event.type === 'task.removed') {
      const tasks = shown.tasks.filter(({ task_id }) => !event.ids.includes(task_id));
      return tasks.length === shown.tasks.length ? shown : { tasks, stats };
    }
    const { task } = event;
    const index = shown.tasks.findIndex(({ task_id }) => task_id === task.task_id);
    const known = shown.tasks[index];
    if (known !== undefined && !isNewer(task, known)) return shown;
    if (known === undefined && !this.#matches(task)) return shown;
    const others = shown.tasks.filter((other) => other !== known);
    if (!this.#matches(task)) return { tasks: others, stats };
    const tasks = [...others, task].sort((one, other) => other.number - one.number);
    return { tasks: tasks.slice(0, this.#filter.limit ?? 50), stats };
  }

  #loadSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.load();
    }, REFRESH_MS);
  }

  #matches(task: WireFullTask): boolean {
    const { status, type, tag, parent } = this.#filter;
    const statuses = typeof status === 'string' ? [status] : status;
    return (
      (statuses === undefined || statuses.includes(task.status)) &&
      (type === undefined || task.type === type) &&
      (tag === undefined || task.tags.includes(tag)) &&
      (parent === undefined || task.parent_id === parent)
    );
  }
}

/** Of these no number changes. */
const QUIET: ReadonlySet<string> = new Set([
  'task.progress',
  'task.output',
  'task.cancel-requested',
]);

/** However much happens, lists and numbers are asked for once a second at most. */
const REFRESH_MS = 1_000;

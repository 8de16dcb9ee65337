import type { WireFullTask } from '@task-monitor/client';

/** What a chart needs to know of a task that has ended. */
export interface Ended {
  readonly status: 'completed' | 'failed' | 'cancelled';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly durationMs: number | null;
}

/** As many as are enough for charts and groups, and cost a page nothing that anybody notices. */
const MOST = 5_000;

/** The last tasks that ended, as far as this page knows, oldest first. */
export class Finished {
  readonly #byId = new Map<string, Ended>();
  /** What `all` answers with as long as nothing is added: it is asked many times a second. */
  #sorted: readonly Ended[] | null = [];
  #isWhole = false;

  /** Since when it knows every end, in epoch milliseconds; `null`: there are none before those it knows. */
  get knownSince(): number | null {
    if (this.#isWhole) return null;
    return this.all()[0]?.at ?? null;
  }

  /** `isWhole`: there were no others. */
  begin(tasks: readonly WireFullTask[], isWhole: boolean): void {
    this.#isWhole = isWhole;
    this.#sorted = null;
    for (const task of tasks) this.add(task);
  }

  add(task: WireFullTask): void {
    const { task_id, status, completed_at, duration_ms } = task;
    if (completed_at === null || status === 'pending' || status === 'running') return;
    this.#sorted = null;
    this.#byId.set(task_id, { status, at: Date.parse(completed_at), durationMs: duration_ms });
    if (this.#byId.size <= MOST) return;
    for (const id of this.#byId.keys()) {
      this.#byId.delete(id);
      break;
    }
    this.#isWhole = false;
  }

  /** The same array until another is added. */
  all(): readonly Ended[] {
    return (this.#sorted ??= [...this.#byId.values()].sort((a, b) => a.at - b.at));
  }
}

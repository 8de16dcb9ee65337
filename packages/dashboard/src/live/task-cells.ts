import { batch, type Signal, signal } from '@preact/signals';
import type { WireFullTask } from '@task-monitor/client';
import { Pace } from './pace.js';

/** A task as it was last seen. */
export interface Seen {
  readonly task: WireFullTask;
  /** When, in epoch milliseconds of this browser: what the task says of durations is true for then. */
  readonly at: number;
  /** How many of its units it does per second; `null`: not known. */
  readonly perSecond: number | null;
}

/** Shown ones are far fewer; those of earlier views may go. */
const MOST = 3_000;

/** What is drawn more often than this cannot be read. */
const FLUSH_MS = 100;

/** Whether both are states of one task. A server that forgot its tasks may give id and number of an old one to a new one. */
export function isSameTask(a: WireFullTask, b: WireFullTask): boolean {
  return a.task_id === b.task_id && a.number === b.number && a.created_at === b.created_at;
}

/** One cell for each task, so that a change draws what shows that task, and nothing else. */
export class TaskCells {
  readonly #cells = new Map<string, Signal<Seen | null>>();
  readonly #paces = new Map<string, Pace>();
  readonly #waiting = new Map<string, Seen | null>();
  /** Ids of those that are shown somewhere: they stay. */
  readonly #shown = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** What is shown of the task with this id; `null`: it was not seen, or is gone. */
  cell(id: string): Signal<Seen | null> {
    const known = this.#cells.get(id);
    if (known !== undefined) return known;
    const made = signal<Seen | null>(null, {
      watched: () => this.#shown.add(id),
      unwatched: () => this.#shown.delete(id),
    });
    this.#cells.set(id, made);
    this.#forgetFirst();
    return made;
  }

  /** Never goes back to an older version. */
  see(task: WireFullTask, at: number): void {
    const last = this.#waiting.get(task.task_id) ?? this.cell(task.task_id).peek();
    if (last !== null && isSameTask(last.task, task)) {
      const { version, completed_at } = last.task;
      // Of what is over, the same version says the same.
      if (version > task.version || (version === task.version && completed_at !== null)) return;
    }
    this.#waiting.set(task.task_id, { task, at, perSecond: this.#perSecond(task, at) });
    this.#flushSoon();
  }

  remove(id: string): void {
    this.#paces.delete(id);
    if (!this.#cells.has(id)) return;
    this.#waiting.set(id, null);
    this.#flushSoon();
  }

  #perSecond(task: WireFullTask, at: number): number | null {
    const current = task.progress_detail?.current;
    if (task.status !== 'running' || typeof current !== 'number') {
      this.#paces.delete(task.task_id);
      return null;
    }
    const pace = this.#paces.get(task.task_id) ?? new Pace();
    this.#paces.set(task.task_id, pace);
    pace.see(current, at);
    return pace.perSecond();
  }

  #flushSoon(): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      batch(() => {
        for (const [id, seen] of waiting) this.cell(id).value = seen;
      });
    }, FLUSH_MS);
  }

  #forgetFirst(): void {
    if (this.#cells.size <= MOST) return;
    for (const [id, cell] of this.#cells) {
      this.#cells.delete(id);
      if (!this.#shown.has(id)) return;
      // To the end of the line.
      this.#cells.set(id, cell);
    }
  }
}

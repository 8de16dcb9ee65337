import { type Task, TASK_STATUSES, type TaskCounts, type TaskStatus } from '@task-monitor/core';
import type { Connection } from './connection.js';

/** Whose tasks are counted: those of a type, with a tag, of a parent, or all. */
export type CounterKind = 'all' | 'type' | 'tag' | 'parent';

type Counts = Record<TaskStatus, number>;

const COLUMNS = TASK_STATUSES.join(', ');

const ADD = `
  INSERT INTO counters (kind, value, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (kind, value) DO UPDATE SET
  ${TASK_STATUSES.map((status) => `${status} = ${status} + excluded.${status}`).join(', ')}`;

const DELETE_EMPTY = `
  DELETE FROM counters WHERE kind = ? AND value = ?
  ${TASK_STATUSES.map((status) => `AND ${status} = 0`).join(' ')}`;

/** How many tasks of each status there are, so that nobody has to count them. */
export class Counters {
  readonly #connection: Connection;
  /** What the transaction under way changed: written once at its end, however many calls are in it. */
  readonly #changes = new Map<string, { kind: CounterKind; value: string; counts: Counts }>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  added({ status, type, tags, execution }: Task): void {
    this.#count(status, 1, type, tags, execution.parent?.id ?? null);
  }

  removed({ status, type, tags, execution }: Task): void {
    this.#count(status, -1, type, tags, execution.parent?.id ?? null);
  }

  /** The counts as the transaction under way has made them, if there is one. */
  of(kind: CounterKind, value: string): TaskCounts {
    const changed = this.#changes.get(`${kind} ${value}`)?.counts;
    const stored = this.#connection.get<TaskCounts>(
      `SELECT ${COLUMNS} FROM counters WHERE kind = ? AND value = ?`,
      kind,
      value,
    );
    const counts = noTasks();
    for (const status of TASK_STATUSES)
      counts[status] = (stored?.[status] ?? 0) + (changed?.[status] ?? 0);
    return counts;
  }

  /** Writes what the transaction under way has changed. */
  settle(): void {
    for (const { kind, value, counts } of this.#changes.values()) {
      const { pending, running, completed, failed, cancelled } = counts;
      if (!(pending || running || completed || failed || cancelled)) continue;
      this.#connection.run(ADD, kind, value, pending, running, completed, failed, cancelled);
      const wasRemoved = pending + running + completed + failed + cancelled < 0;
      if (wasRemoved && kind !== 'all') this.#connection.run(DELETE_EMPTY, kind, value);
    }
    this.#changes.clear();
  }

  forget(): void {
    this.#changes.clear();
  }

  #count(
    status: TaskStatus,
    amount: number,
    type: string | null,
    tags: readonly string[],
    parentId: string | null,
  ): void {
    this.#change('all', '', status, amount);
    if (type !== null) this.#change('type', type, status, amount);
    if (parentId !== null) this.#change('parent', parentId, status, amount);
    if (tags.length > 0) for (const tag of new Set(tags)) this.#change('tag', tag, status, amount);
  }

  #change(kind: CounterKind, value: string, status: TaskStatus, amount: number): void {
    const key = `${kind} ${value}`;
    let change = this.#changes.get(key);
    if (change === undefined) this.#changes.set(key, (change = { kind, value, counts: noTasks() }));
    change.counts[status] += amount;
  }
}

export function noTasks(): Counts {
  return { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
}

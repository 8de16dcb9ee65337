import { isFinished, type NewTask, newTask, type Task } from '@task-monitor/core';
import type { Connection } from './connection.js';
import type { Counters } from './counters.js';
import type { Definitions } from './definitions.js';
import { RecentTasks } from './recent-tasks.js';
import { readTask, stateBody } from './row.js';

interface TaskRow {
  readonly number: number;
  readonly state: string;
}

/** The tasks and everything by which they are found. */
export class TaskTable {
  readonly #connection: Connection;
  readonly #definitions: Definitions;
  readonly #counters: Counters;
  readonly #recent = new RecentTasks();

  constructor(connection: Connection, definitions: Definitions, counters: Counters) {
    this.#connection = connection;
    this.#definitions = definitions;
    this.#counters = counters;
  }

  /** The task as the transaction under way has to take it; only for one that writes. */
  toWrite(id: string): Task | null {
    return this.#recent.get(id) ?? this.byId(id);
  }

  byId(id: string): Task | null {
    return this.#read(
      this.#connection.get<TaskRow>('SELECT number, state FROM tasks WHERE id = ?', id),
    );
  }

  byKey(idempotencyKey: string): Task | null {
    return this.#read(
      this.#connection.get<TaskRow>(
        'SELECT number, state FROM tasks WHERE idempotency_key = ?',
        idempotencyKey,
      ),
    );
  }

  byNumber(number: number): Task | null {
    return this.#read(
      this.#connection.get<TaskRow>('SELECT number, state FROM tasks WHERE number = ?', number),
    );
  }

  /** The number that a task has, without reading it. */
  numberOf(id: string): number | null {
    const row = this.#connection.get<{ readonly number: number }>(
      'SELECT number FROM tasks WHERE id = ?',
      id,
    );
    return row?.number ?? null;
  }

  /** Answers with the task, and with what of it changes, as it was stored. */
  add(made: NewTask, idempotencyKey: string | null): readonly [task: Task, state: string] {
    const state = stateBody(newTask(made, 0));
    const number = this.#connection.insert(
      `INSERT INTO tasks (id, type, parent_id, idempotency_key, status, active_owner, state)
       VALUES (?, ?, ?, ?, 'pending', ?, ?)`,
      made.id,
      made.type,
      made.parent?.id ?? null,
      idempotencyKey,
      made.owner?.id ?? null,
      state,
    );
    const task = newTask(made, number);
    this.#definitions.add(number, made);
    for (const tag of new Set(made.tags)) {
      this.#connection.run(
        "INSERT INTO task_tags (tag, status, number) VALUES (?, 'pending', ?)",
        tag,
        number,
      );
    }
    this.#counters.added(task);
    this.#keep(task, state);
    return [task, state];
  }

  /** Writes `task` over what it was `before`. Answers with what of it changes, as it was stored. */
  write(before: Task, task: Task): string {
    const state = stateBody(task);
    this.#keep(task, state);
    if (isFoundAlike(before, task)) {
      this.#connection.run('UPDATE tasks SET state = ? WHERE number = ?', state, task.number);
      return state;
    }
    const endedAt = endOf(task);
    this.#connection.run(
      `UPDATE tasks SET status = ?, ended_at = ?, active_owner = ?, cancel_owner = ?, state = ?
       WHERE number = ?`,
      task.status,
      endedAt,
      isFinished(task.status) ? null : (task.execution.owner?.id ?? null),
      isToBeCancelled(task) ? (task.execution.owner?.id ?? null) : null,
      state,
      task.number,
    );
    if (task.status === before.status && endedAt === endOf(before)) return state;
    for (const tag of new Set(task.tags)) {
      this.#connection.run(
        'UPDATE task_tags SET status = ?, ended_at = ? WHERE tag = ? AND status = ? AND number = ?',
        task.status,
        endedAt,
        tag,
        before.status,
        task.number,
      );
    }
    this.#counters.removed(before);
    this.#counters.added(task);
    return state;
  }

  /** Its definition stays until no change tells of it any more. */
  remove(task: Task, position: number): void {
    this.#recent.drop(task.id);
    for (const tag of new Set(task.tags)) {
      this.#connection.run(
        'DELETE FROM task_tags WHERE tag = ? AND status = ? AND number = ?',
        tag,
        task.status,
        task.number,
      );
    }
    this.#connection.run('DELETE FROM tasks WHERE number = ?', task.number);
    this.#connection.run(
      'INSERT INTO removed_tasks (position, number) VALUES (?, ?)',
      position,
      task.number,
    );
    this.#counters.removed(task);
  }

  /** The running tasks of an owner that somebody wants cancelled. */
  cancelRequested(ownerId: string): readonly string[] {
    return this.#connection
      .all<{
        readonly id: string;
      }>('SELECT id FROM tasks WHERE cancel_owner = ? ORDER BY number', ownerId)
      .map(({ id }) => id);
  }

  /** Everybody who has an active task. O(owners × log n). */
  owners(): readonly string[] {
    const owners: string[] = [];
    for (let last: string | null = null; ;) {
      const row: { readonly owner: string | null } | undefined = this.#connection.get(
        last === null
          ? 'SELECT min(active_owner) AS owner FROM tasks WHERE active_owner IS NOT NULL'
          : 'SELECT min(active_owner) AS owner FROM tasks WHERE active_owner > ?',
        ...(last === null ? [] : [last]),
      );
      last = row?.owner ?? null;
      if (last === null) return owners;
      owners.push(last);
    }
  }

  activeOf(ownerId: string, limit: number): readonly Task[] {
    return this.#connection
      .all<TaskRow>(
        'SELECT number, state FROM tasks WHERE active_owner = ? ORDER BY number LIMIT ?',
        ownerId,
        limit,
      )
      .map((row) => this.#read(row) as Task);
  }

  /** Somebody else may have written, or the last transaction did not happen. */
  forget(): void {
    this.#recent.clear();
  }

  #keep(task: Task, state: string): void {
    this.#recent.keep(task, state.length + this.#definitions.sizeOf(task.number));
  }

  #read(row: TaskRow | undefined): Task | null {
    if (row === undefined) return null;
    return readTask(row.number, this.#definitions.get(row.number), row.state);
  }
}

/** Whether nothing by which a task is found has changed: then no index has to be written. */
function isFoundAlike(before: Task, task: Task): boolean {
  return (
    task.status === before.status &&
    task.completedAt === before.completedAt &&
    task.execution.owner === before.execution.owner &&
    isToBeCancelled(task) === isToBeCancelled(before)
  );
}

function isToBeCancelled({ status, execution }: Task): boolean {
  return status === 'running' && execution.cancel !== null;
}

function endOf({ status, completedAt }: Task): number | null {
  return isFinished(status) ? (completedAt ?? 0) : null;
}

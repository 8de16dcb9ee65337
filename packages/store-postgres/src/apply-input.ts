import type { Change, Operation, OutputLine, Task, TaskStatus } from '@task-monitor/core';
import { OUTPUT_LIMITS, TASK_STATUSES } from '@task-monitor/core';
import { type KeptTask, madeOf, stateOf } from './kept-task.js';
import { keptTail } from './output-tail.js';

/** Each writer's last writes are remembered in so many slots, as `001_tables.sql` says. */
const SLOTS = 1_024;

export function slotOf({ sequence }: Operation): number {
  return sequence % SLOTS;
}

interface ChangeRow {
  last?: boolean;
  readonly [column: string]: unknown;
}

/** The parameters of the function `apply_writes`, which `002_apply.sql` describes, as they come together. */
export class ApplyInput {
  readonly #checks: object[] = [];
  readonly #keys: object[] = [];
  readonly #operations: object[] = [];
  readonly #created: object[] = [];
  readonly #changed: ChangeRow[] = [];
  readonly #appended: object[] = [];
  readonly #removed: object[] = [];
  readonly #counted: object[] = [];

  /** The task must be at `version`: 0 it must not be there, -1 it is to be told. */
  expect(at: number, id: string, version: number): void {
    this.#checks.push({ at, id, version });
  }

  expectKeyFree(at: number, key: string): void {
    this.#keys.push({ at, key });
  }

  /** The operation must not have been done; `done` when it is now, by a removal of many with how many. */
  operation(at: number, operation: Operation, done: boolean, removed?: number): void {
    const { writer, sequence } = operation;
    this.#operations.push({ at, writer, slot: slotOf(operation), sequence, done, removed });
  }

  create(at: number, { task, idempotencyKey }: KeptTask): void {
    const { id, type, tags, execution } = task;
    this.#created.push({
      at,
      id,
      made: madeOf(task),
      type,
      parent: execution.parent?.id ?? null,
      tags,
      key: idempotencyKey,
    });
  }

  change(
    at: number,
    type: Change['type'],
    { task, outputLines, outputBytes }: KeptTask,
    lines?: readonly OutputLine[],
  ): ChangeRow {
    const row: ChangeRow = {
      at,
      n: this.#changed.length,
      type,
      id: task.id,
      version: task.version,
      status: task.status,
      state: stateOf(task),
      result: task.result,
      lines,
      owner: task.execution.owner?.id,
      completed_at: task.completedAt,
      cancel_requested: task.execution.cancel !== null,
      output_lines: outputLines,
      output_bytes: outputBytes,
    };
    this.#changed.push(row);
    if (lines) this.#append(at, task.id, lines, outputLines, outputBytes);
    return row;
  }

  removal(at: number, ids: readonly string[]): void {
    this.#changed.push({ at, n: this.#changed.length, type: 'task.removed', ids });
    for (const id of ids) this.#removed.push({ at, id });
  }

  /** How the counts change when a task goes from one status to another, comes (`before` is null) or goes. */
  count(at: number, task: Task, before: TaskStatus | null, after: TaskStatus | null): void {
    if (before === after) return;
    const counts: Partial<Record<TaskStatus, number>> = {};
    for (const status of TASK_STATUSES)
      counts[status] = (status === after ? 1 : 0) - (status === before ? 1 : 0);
    for (const [kind, key] of countersOf(task)) this.#counted.push({ at, kind, key, ...counts });
  }

  values(keptChanges: number): readonly unknown[] {
    const lists = [
      this.#checks,
      this.#keys,
      this.#operations,
      this.#created,
      this.#changed,
      this.#appended,
      this.#removed,
      this.#counted,
    ];
    return [
      ...lists.map((list) => JSON.stringify(list)),
      keptChanges,
      OUTPUT_LIMITS.lines,
      OUTPUT_LIMITS.bytes,
    ];
  }

  #append(
    at: number,
    id: string,
    lines: readonly OutputLine[],
    lastLine: number,
    bytes: number,
  ): void {
    if (lines.length === 0) return;
    this.#appended.push({ at, id, last_line: lastLine, bytes, lines: keptTail(lines) });
  }
}

/** The counters that a task is counted in. */
function countersOf({ type, tags, execution }: Task): readonly (readonly [string, string])[] {
  const counters: [string, string][] = [['all', '']];
  if (type !== null) counters.push(['type', type]);
  for (const tag of new Set(tags)) counters.push(['tag', tag]);
  if (execution.parent !== null) counters.push(['parent', execution.parent.id]);
  return counters;
}

import {
  type Operation,
  OUTPUT_LIMITS,
  type Task,
  TASK_STATUSES,
  type TaskStatus,
} from '@task-monitor/core';
import { type KeptTask, madeOf, stateOf } from './kept-task.js';
import { operationKey, placeOfOperation } from './operation-place.js';
import { keptTail } from './output-tail.js';
import type { Effect } from './write.js';

/** Which task: by its number, or the how manieth of those that are created it is. */
export type TaskPlace = { readonly number: number } | { readonly nth: number };

interface OperationRow {
  readonly writer: string;
  readonly slot: number;
  readonly block: number;
  asked: number;
  done: number;
}

type Counter = { readonly kind: string; readonly key: string } & Record<TaskStatus, number>;

/** The parameters of the function `apply_writes`, which `002_apply.sql` describes, as they come together. */
export class ApplyInput {
  readonly #checks: object[] = [];
  readonly #keys: string[] = [];
  readonly #operations = new Map<string, OperationRow>();
  #lastOperation: OperationRow | undefined;
  readonly #changed: Record<string, unknown>[] = [];
  readonly #tagged: object[] = [];
  readonly #appended: object[] = [];
  readonly #removed: number[] = [];
  readonly #removal: object[] = [];
  readonly #counted = new Map<string, Counter>();
  #created = 0;

  /** The task with this id must be `task`, in this version; `null`: there must be none. */
  expect(id: string, task: Task | null): void {
    this.#checks.push({ id, number: task?.number ?? 0, version: task?.version ?? 0 });
  }

  expectKeyFree(key: string): void {
    this.#keys.push(key);
  }

  /** The operation must not have been done before; is it now? */
  operation(operation: Operation, done: boolean): void {
    const { writer } = operation;
    const { slot, block, bit } = placeOfOperation(operation);
    // Writes of one writer mostly come one after the other.
    let row = this.#lastOperation;
    if (row?.block !== block || row.writer !== writer) {
      const key = operationKey(writer, block);
      row = this.#operations.get(key) ?? { writer, slot, block, asked: 0, done: 0 };
      this.#operations.set(key, (this.#lastOperation = row));
    }
    row.asked |= bit;
    if (done) row.done |= bit;
  }

  /** The place of a further task. */
  newPlace(): TaskPlace {
    return { nth: ++this.#created };
  }

  change(place: TaskPlace, { type, lines }: Effect, kept: KeptTask): void {
    const { task, outputLines, outputBytes } = kept;
    const { id, version, status, result } = task;
    // What is left out is null.
    this.#changed.push({
      n: this.#changed.length + 1,
      type,
      id,
      number: 'number' in place ? place.number : undefined,
      nth: 'nth' in place ? place.nth : undefined,
      version,
      status,
      state: stateOf(task),
      result: result ?? undefined,
      lines,
    });
    if (lines === undefined || lines.length === 0) return;
    const row = { last_line: outputLines, bytes: outputBytes, lines: keptTail(lines) };
    this.#appended.push({ ...place, ...row });
  }

  /** The last change is how its task is left. */
  leave(place: TaskPlace, { task, idempotencyKey, outputLines, outputBytes }: KeptTask): void {
    const row = this.#changed.at(-1);
    if (row === undefined) return;
    const { execution } = task;
    row['last'] = true;
    row['owner'] = execution.owner?.id;
    row['completed_at'] = task.completedAt ?? undefined;
    row['cancel_requested'] = execution.cancel !== null;
    row['output_lines'] = outputLines;
    row['output_bytes'] = outputBytes;
    if ('number' in place) return;
    row['made'] = madeOf(task);
    row['kind'] = task.type;
    row['parent'] = execution.parent?.id;
    row['key'] = idempotencyKey;
    for (const tag of new Set(task.tags)) this.#tagged.push({ ...place, tag });
  }

  /** Tasks are removed by one change; `operation` where the number of them is to be remembered. */
  removal(tasks: readonly Task[], operation?: Operation): void {
    const ids = tasks.map(({ id }) => id);
    this.#changed.push({ n: this.#changed.length + 1, type: 'task.removed', ids });
    this.#removed.push(...tasks.map(({ number }) => number));
    if (operation) this.#removal.push({ ...operation, removed: tasks.length });
  }

  /** A task goes from one status to another, comes (`before` is null) or goes. */
  count(task: Task, before: TaskStatus | null, after: TaskStatus | null): void {
    if (before === after) return;
    for (const [kind, key] of countersOf(task)) {
      const name = `${kind} ${key}`;
      let counter = this.#counted.get(name);
      if (counter === undefined) this.#counted.set(name, (counter = { kind, key, ...NONE }));
      if (before !== null) counter[before]--;
      if (after !== null) counter[after]++;
    }
  }

  values(keptChanges: number): readonly unknown[] {
    return [
      JSON.stringify(this.#checks),
      JSON.stringify(this.#keys),
      JSON.stringify([...this.#operations.values()]),
      this.#changed.length,
      JSON.stringify(this.#changed),
      this.#created,
      JSON.stringify(this.#tagged),
      JSON.stringify(this.#appended),
      JSON.stringify(this.#removed),
      JSON.stringify(this.#removal),
      JSON.stringify([...this.#counted.values()]),
      keptChanges,
      OUTPUT_LIMITS.lines,
      OUTPUT_LIMITS.bytes,
    ];
  }
}

const NONE = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0])) as Record<
  TaskStatus,
  number
>;

/** The counters that a task is counted in. */
function countersOf({ type, tags, execution }: Task): readonly (readonly [string, string])[] {
  const counters: [string, string][] = [['all', '']];
  if (type !== null) counters.push(['type', type]);
  if (tags.length > 0) for (const tag of new Set(tags)) counters.push(['tag', tag]);
  if (execution.parent !== null) counters.push(['parent', execution.parent.id]);
  return counters;
}

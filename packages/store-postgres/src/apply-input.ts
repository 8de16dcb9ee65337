import {
  type Operation,
  OUTPUT_LIMITS,
  type OutputLine,
  type Task,
  TASK_STATUSES,
  type TaskStatus,
} from '@task-monitor/core';
import { plainArray, textArray } from './array-parameter.js';
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

/** A change, and of the last of its task how that was known before and how it is left. */
interface ChangeRow {
  readonly type: Effect['type'];
  readonly number: number | undefined;
  readonly nth: number | undefined;
  readonly task: Task | undefined;
  readonly state: string | undefined;
  readonly lines: readonly OutputLine[] | undefined;
  readonly ids: readonly string[] | undefined;
  left: Left | undefined;
}

interface Left {
  readonly kept: KeptTask;
  readonly before: Task | null;
  readonly made: string | undefined;
}

/** The parameters of the function `apply_changes`, which `004_changes_by_column.sql` describes, as they come together. */
export class ApplyInput {
  readonly #changes: ChangeRow[] = [];
  /** Tasks that are only compared. */
  readonly #checks: { readonly id: string; readonly task: Task | null }[] = [];
  readonly #keys: string[] = [];
  readonly #operations = new Map<string, OperationRow>();
  #lastOperation: OperationRow | undefined;
  readonly #tagged: object[] = [];
  readonly #appended: object[] = [];
  readonly #removed: number[] = [];
  readonly #removal: object[] = [];
  readonly #counted = new Map<string, Counter>();
  #created = 0;

  /** The task with this id, of which no change tells how it is left, must be `task`, in this version; `null`: there must be none. */
  expect(id: string, task: Task | null): void {
    this.#checks.push({ id, task });
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
    this.#changes.push({
      type,
      number: 'number' in place ? place.number : undefined,
      nth: 'nth' in place ? place.nth : undefined,
      task,
      state: JSON.stringify(stateOf(task)),
      lines,
      ids: undefined,
      left: undefined,
    });
    if (lines === undefined || lines.length === 0) return;
    const row = { last_line: outputLines, bytes: outputBytes, lines: keptTail(lines) };
    this.#appended.push({ ...place, ...row });
  }

  /** The last change is how its task is left, which must be `before` until then; `null`: there must be none. */
  leave(place: TaskPlace, kept: KeptTask, before: Task | null): void {
    const row = this.#changes.at(-1);
    if (row?.task?.id !== kept.task.id)
      throw new Error(`Expected the last change to be of task "${kept.task.id}".`);
    const isNew = 'nth' in place;
    const { task } = kept;
    row.left = { kept, before, made: isNew ? JSON.stringify(madeOf(task)) : undefined };
    if (isNew && task.tags.length > 0)
      for (const tag of new Set(task.tags)) this.#tagged.push({ ...place, tag });
  }

  /** Tasks are removed by one change; `operation` where the number of them is to be remembered. */
  removal(tasks: readonly Task[], operation?: Operation): void {
    this.#changes.push({
      type: 'task.removed',
      number: undefined,
      nth: undefined,
      task: undefined,
      state: undefined,
      lines: undefined,
      ids: tasks.map(({ id }) => id),
      left: undefined,
    });
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
    const rows = this.#changes;
    const left = rows.map((row) => row.left);
    const kept = left.map((row) => row?.kept);
    const created = left.map((row) => (row?.made === undefined ? undefined : row.kept));
    const checks = this.#checks;
    return [
      textArray(
        'text',
        rows.map(({ type }) => type),
      ),
      plainArray(rows.map(({ number }) => number)),
      plainArray(rows.map(({ nth }) => nth)),
      plainArray(rows.map(({ task }) => task?.version)),
      textArray(
        'text',
        rows.map(({ task }) => task?.status),
      ),
      textArray(
        'json',
        rows.map(({ state }) => state),
      ),
      textArray(
        'json',
        rows.map(({ task }) => jsonText(task?.result)),
      ),
      textArray(
        'json',
        rows.map(({ lines }) => jsonText(lines)),
      ),
      textArray(
        'json',
        rows.map(({ ids }) => jsonText(ids)),
      ),
      textArray('text', [...kept.map((row) => row?.task.id), ...checks.map(({ id }) => id)]),
      plainArray([
        ...left.map((row) => row && (row.before?.number ?? 0)),
        ...checks.map(({ task }) => task?.number ?? 0),
      ]),
      plainArray([
        ...left.map((row) => row && (row.before?.version ?? 0)),
        ...checks.map(({ task }) => task?.version ?? 0),
      ]),
      textArray(
        'text',
        kept.map((row) => row?.task.execution.owner?.id),
      ),
      plainArray(kept.map((row) => row?.task.completedAt)),
      plainArray(kept.map((row) => row && row.task.execution.cancel !== null)),
      plainArray(kept.map((row) => row?.outputLines)),
      plainArray(kept.map((row) => row?.outputBytes)),
      textArray(
        'json',
        left.map((row) => row?.made),
      ),
      textArray(
        'text',
        created.map((row) => row?.task.type),
      ),
      textArray(
        'text',
        created.map((row) => row?.task.execution.parent?.id),
      ),
      textArray(
        'text',
        created.map((row) => row?.idempotencyKey),
      ),
      this.#created,
      JSON.stringify(this.#keys),
      JSON.stringify([...this.#operations.values()]),
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

/** The text that calls the function with {@link ApplyInput.values}. */
export function applyQuery(schema: string): string {
  const places = Array.from({ length: 32 }, (_, index) => `$${index + 1}`);
  return `SELECT ${schema}.apply_changes(${places.join(', ')})`;
}

/** What is not there, or null, is null in the column, too. */
function jsonText(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : JSON.stringify(value);
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

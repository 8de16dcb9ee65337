import type {
  Change,
  ChangePage,
  OutputLine,
  Position,
  Task,
  TaskStatus,
} from '@task-monitor/core';
import type { Connection } from './connection.js';
import type { Definitions } from './definitions.js';
import { frozen, parse, readTask } from './row.js';

export type TaskChangeType = Exclude<Change['type'], 'task.output' | 'task.removed'>;

/** Fewer changes are kept where they are larger than this together: output and results may be large. */
const MAX_VOLUME = 64 * 1024 * 1024;

/** Rows removed in one transaction at most, besides as many as it adds. */
const SLICE = 500;

interface Last {
  position: number;
  volume: number;
}

interface ChangeRow {
  readonly position: number;
  readonly type: Change['type'];
  readonly number: number | null;
  readonly state: string | null;
  readonly detail: string | null;
}

/**
 * The newest changes, in the order of the writes. A position is the number of changes made so far behind the name of the
 * store, so that one of another file is recognised.
 */
export class Changes {
  readonly #connection: Connection;
  readonly #definitions: Definitions;
  readonly #uuid: string;
  readonly #kept: number;
  /** The last change, for those that write; `null`: nobody has asked. */
  #last: Last | null = null;
  /** Whether no definition is left that only changes needed that are gone. */
  #allForgotten = false;
  #added = 0;

  constructor(connection: Connection, definitions: Definitions, uuid: string, kept: number) {
    this.#connection = connection;
    this.#definitions = definitions;
    this.#uuid = uuid;
    this.#kept = kept;
  }

  /** The position of the last change, as a number; only for a transaction that writes. */
  get last(): number {
    return (this.#last ??= this.#readLast()).position;
  }

  changed(type: TaskChangeType, number: number, state: string): void {
    this.#append(type, number, state, null);
  }

  output(number: number, state: string, lines: readonly OutputLine[]): void {
    this.#append('task.output', number, state, JSON.stringify(lines));
  }

  /** Answers with its position, as a number. */
  removed(ids: readonly string[]): number {
    this.#append('task.removed', null, null, JSON.stringify(ids));
    return this.last;
  }

  /** Removes, at the end of a transaction, what nobody can ask for any more. Answers whether it made a change. */
  settle(): boolean {
    const last = this.#last;
    const added = this.#added;
    if (last === null || added === 0) return false;
    const slice = Math.min(SLICE, this.#kept);
    if (Math.floor(last.position / slice) > Math.floor((last.position - added) / slice))
      this.#forgetOldest(last, slice + added);
    if (!this.#allForgotten) this.#forgetDefinitions(added + SLICE / 10);
    return true;
  }

  /** The transaction under way is over. */
  over(): void {
    this.#added = 0;
  }

  /** Somebody else may have written, or the last transaction did not happen. */
  forget(): void {
    this.#last = null;
    this.#allForgotten = false;
  }

  /** What a reader at `position` is told; call it in a snapshot. */
  after(position: Position | null, limit: number): ChangePage {
    const from = position === null ? null : this.#numberOf(position);
    if (from === null) return this.#page(position !== null, [], this.#readLast().position);
    const rows = this.#connection.all<ChangeRow>(
      'SELECT position, type, number, state, detail FROM changes WHERE position > ? ORDER BY position LIMIT ?',
      from,
      limit,
    );
    const [first] = rows;
    if (first === undefined) {
      const last = this.#readLast().position;
      return this.#page(from !== last, [], last);
    }
    if (first.position !== from + 1) return this.#page(true, [], this.#readLast().position);
    return this.#page(
      false,
      rows.map((row) => this.#read(row)),
      from + rows.length,
    );
  }

  positionOfNow(): Position {
    return this.#position(this.#readLast().position);
  }

  #append(
    type: Change['type'],
    number: number | null,
    state: string | null,
    detail: string | null,
  ): void {
    const last = (this.#last ??= this.#readLast());
    last.position++;
    last.volume += (state?.length ?? 0) + (detail?.length ?? 0);
    this.#added++;
    this.#connection.run(
      'INSERT INTO changes (position, volume, type, number, state, detail) VALUES (?, ?, ?, ?, ?, ?)',
      last.position,
      last.volume,
      type,
      number,
      state,
      detail,
    );
  }

  #readLast(): Last {
    return (
      this.#connection.get<Last>(
        'SELECT position, volume FROM changes ORDER BY position DESC LIMIT 1',
      ) ?? { position: 0, volume: 0 }
    );
  }

  #read({ position: number, type, number: task, state, detail }: ChangeRow): Change {
    const position = this.#position(number);
    if (type === 'task.removed')
      return { type, ids: frozen(parse(detail ?? '')) as readonly string[], position };
    const told = readTask(task ?? 0, this.#definitions.get(task ?? 0), state ?? '');
    if (type !== 'task.output') return { type, task: told, position };
    return {
      type,
      task: told,
      lines: frozen(parse(detail ?? '')) as readonly OutputLine[],
      position,
    };
  }

  #forgetOldest(last: Last, rows: number): void {
    const oldest = this.#connection.get<{ readonly position: number | null }>(
      'SELECT min(position) AS position FROM changes',
    )?.position;
    if (oldest === null || oldest === undefined) return;
    this.#allForgotten = false;
    const wanted = Math.max(last.position - this.#kept, this.#tooLarge(oldest, last));
    this.#connection.run(
      'DELETE FROM changes WHERE position <= ?',
      Math.min(wanted, oldest + rows - 1, last.position - 1),
    );
  }

  /** The newest position at which all changes since are larger than {@link MAX_VOLUME}; found by halving, as they are dense. */
  #tooLarge(oldest: number, last: Last): number {
    let [below, above] = [oldest - 1, last.position];
    while (above - below > 1) {
      const middle = Math.floor((below + above) / 2);
      const row = this.#connection.get<{ readonly volume: number }>(
        'SELECT volume FROM changes WHERE position = ?',
        middle,
      );
      if (last.volume - (row?.volume ?? 0) > MAX_VOLUME) below = middle;
      else above = middle;
    }
    return below;
  }

  /**
   * Removes what no change that is kept can need any more of tasks that were removed. That there is nothing of that any more stays
   * true until changes go: what is removed meanwhile is told by a change that is kept.
   */
  #forgetDefinitions(limit: number): void {
    const gone = this.#connection.all<{ readonly position: number; readonly number: number }>(
      `SELECT position, number FROM removed_tasks
       WHERE position < (SELECT min(position) FROM changes) ORDER BY position, number LIMIT ?`,
      limit,
    );
    this.#allForgotten = gone.length < limit;
    for (const { position, number } of gone) {
      this.#definitions.delete(number);
      this.#connection.run(
        'DELETE FROM removed_tasks WHERE position = ? AND number = ?',
        position,
        number,
      );
    }
  }

  #position(number: number): Position {
    return `${this.#uuid}.${number}`;
  }

  #numberOf(position: Position): number | null {
    const digits = position.slice(this.#uuid.length + 1);
    return position.startsWith(`${this.#uuid}.`) && /^\d{1,15}$/.test(digits)
      ? Number(digits)
      : null;
  }

  #page(reset: boolean, changes: readonly Change[], to: number): ChangePage {
    return { reset, changes, position: this.#position(to) };
  }
}

export function changeTypeOf(before: TaskStatus, { status }: Task): TaskChangeType {
  if (status === before) return 'task.progress';
  if (status === 'running') return 'task.started';
  return status === 'pending' ? 'task.progress' : `task.${status}`;
}

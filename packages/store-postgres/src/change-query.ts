import {
  type Change,
  type OutputLine,
  type Position,
  type Task,
  TaskMonitorError,
} from '@task-monitor/core';
import { deepFrozen, taskFrom } from './kept-task.js';
import { jsonOf, numberOf, type Row, textOf } from './row.js';

/** A store and the number of a change in it. */
export interface Place {
  readonly store: string;
  readonly number: number;
}

export function positionOf({ store, number }: Place): Position {
  return `${store}.${number}`;
}

/** `null` for what is no position of any store. */
export function placeOf(position: Position): Place | null {
  const [, store, digits] = /^([0-9a-f-]{36})\.(\d{1,15})$/.exec(position) ?? [];
  return store === undefined ? null : { store, number: Number(digits) };
}

/** The end of the changes, in a row of its own. */
export function endQuery(schema: string): string {
  return `SELECT store, position, forgotten FROM ${schema}.meta`;
}

/**
 * The end of the changes in every row, and beside it the changes after `$2` of store `$1`, at most `$3`. What never changes
 * of a task comes with its first change only. One statement, and so one moment: nothing goes between the looks at the tables.
 */
export function changesQuery(schema: string): string {
  return `
    SELECT m.store, m.position, m.forgotten, c.position, c.type, c.number, c.version, c.status,
        c.state, c.result, c.lines, c.ids,
        CASE WHEN row_number() OVER (PARTITION BY c.number ORDER BY c.position) = 1
          THEN coalesce(t.made, r.made) END
      FROM ${schema}.meta m
      LEFT JOIN LATERAL (
        SELECT * FROM ${schema}.changes
          WHERE m.store = $1 AND m.forgotten <= $2 AND position > $2
          ORDER BY position LIMIT $3
      ) c ON true
      LEFT JOIN ${schema}.tasks t ON t.number = c.number
      LEFT JOIN ${schema}.removed_tasks r ON r.number = c.number
      ORDER BY c.position`;
}

export interface ChangesFound {
  readonly end: Place;
  /** Changes up to this one are not kept any more. */
  readonly forgotten: number;
  readonly changes: readonly Change[];
}

/** @throws {@link TaskMonitorError} STORE_CORRUPT */
export function changesIn(rows: readonly Row[]): ChangesFound {
  const [first] = rows;
  if (first === undefined) throw noMeta();
  const store = textOf(first[0]);
  const made = new Map<string, unknown>();
  const changes = rows
    .filter((row) => (row[3] ?? null) !== null)
    .map((row) => changeOf(store, row, made));
  return {
    end: { store, number: numberOf(first[1]) },
    forgotten: numberOf(first[2]),
    changes,
  };
}

export function noMeta(): TaskMonitorError {
  return new TaskMonitorError(
    'STORE_CORRUPT',
    'The table `meta` of the store has no row, which was there once: restore a backup.',
  );
}

function changeOf(store: string, row: Row, mades: Map<string, unknown>): Change {
  const [, , , position, type, number, version, status, state, result, lines, ids, made] = row;
  const place = positionOf({ store, number: numberOf(position) });
  if (type === 'task.removed')
    return Object.freeze({
      type,
      ids: deepFrozen(jsonOf(ids)) as readonly string[],
      position: place,
    });
  if (made !== null && made !== undefined) mades.set(textOf(number), jsonOf(made));
  const task: Task = taskFrom({
    number: numberOf(number),
    version: numberOf(version),
    status: textOf(status),
    made: mades.get(textOf(number)),
    state: jsonOf(state),
    result: jsonOf(result),
  });
  if (type === 'task.output')
    return Object.freeze({
      type,
      task,
      lines: deepFrozen(jsonOf(lines)) as readonly OutputLine[],
      position: place,
    });
  return Object.freeze({
    type: textOf(type) as Exclude<Change['type'], 'task.output' | 'task.removed'>,
    task,
    position: place,
  });
}

import { TaskMonitorError } from '@task-monitor/core';
import { type KeptTask, taskFrom } from './kept-task.js';

/** A row as the server sent it: every value as text, whatever parsers the program has set for its own queries. */
export type Row = readonly (string | null)[];

/** What is selected of a task, of the table `tasks` as `t`, in the order in which {@link keptTaskOf} expects it. */
export const TASK_COLUMNS =
  't.number, t.version, t.status, t.made, t.state, t.result, t.idempotency_key, t.output_lines, t.output_bytes';

/** @throws {@link TaskMonitorError} STORE_CORRUPT */
export function keptTaskOf(row: Row): KeptTask {
  const [number, version, status, made, state, result, idempotencyKey, lines, bytes] = row;
  return {
    task: taskFrom({
      number: numberOf(number),
      version: numberOf(version),
      status: textOf(status),
      made: jsonOf(made),
      state: jsonOf(state),
      result: jsonOf(result),
    }),
    idempotencyKey: idempotencyKey ?? null,
    outputLines: numberOf(lines),
    outputBytes: numberOf(bytes),
    size: (made?.length ?? 0) + (state?.length ?? 0) + (result?.length ?? 0),
  };
}

/** @throws {@link TaskMonitorError} STORE_CORRUPT for what is no number, or one too large to be exact. */
export function numberOf(text: string | null | undefined): number {
  const number = Number(text ?? NaN);
  if (Number.isSafeInteger(number)) return number;
  throw corrupt(`an integer below 2^53, got ${JSON.stringify(text)}`);
}

export function textOf(text: string | null | undefined): string {
  if (typeof text === 'string') return text;
  throw corrupt('a text, got nothing');
}

/** `null` for a column that is null. */
export function jsonOf(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw corrupt('JSON', error);
  }
}

function corrupt(expected: string, cause?: unknown): TaskMonitorError {
  return new TaskMonitorError(
    'STORE_CORRUPT',
    `A row of the database cannot be read: expected ${expected}.`,
    { cause },
  );
}

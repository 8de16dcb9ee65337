import type { Operation } from '@task-monitor/core';
import { noMeta } from './change-query.js';
import { type KeptTask, taskFrom } from './kept-task.js';
import { operationKey, placeOfOperation } from './operation-place.js';
import { jsonOf, type Row } from './row.js';

type FoundTask = readonly [
  number: number,
  version: number,
  status: string,
  made: unknown,
  state: unknown,
  result: unknown,
  key: string | null,
  lines: number,
  bytes: number,
];

export interface Written {
  /** Of the last change in the store. */
  readonly position: number;
  /** Of the last task before those that were created. */
  readonly number: number;
  /** Changes up to this position are not kept any more. */
  readonly forgotten: number;
}

interface NotDone {
  readonly missed: readonly { readonly id: string; readonly task: FoundTask | null }[] | null;
  readonly repeated:
    readonly { readonly writer: string; readonly block: number; readonly bits: number }[] | null;
}

/** What the function `apply_changes` answered. */
export class ApplyAnswer {
  /** `null` if nothing was done. */
  readonly done: Written | null;
  /** What there is of tasks that are not as they were expected. */
  readonly found: readonly { readonly id: string; readonly task: KeptTask | null }[];
  readonly #repeated: ReadonlyMap<string, number>;

  constructor([row]: readonly Row[]) {
    const answer = jsonOf(row?.[0]) as Written | NotDone;
    if ('position' in answer && answer.position === null) throw noMeta();
    this.done = 'position' in answer ? answer : null;
    const { missed, repeated } = 'position' in answer ? ALL_DONE : answer;
    this.found = (missed ?? []).map(({ id, task }) => ({ id, task: task && keptOf(task) }));
    this.#repeated = new Map(
      (repeated ?? []).map(({ writer, block, bits }) => [operationKey(writer, block), bits]),
    );
  }

  /** Whether the operation had been done before. */
  wasDone(operation: Operation): boolean {
    const { block, bit } = placeOfOperation(operation);
    const bits = this.#repeated.get(operationKey(operation.writer, block)) ?? 0;
    return (bits & bit) !== 0;
  }
}

const ALL_DONE: NotDone = { missed: null, repeated: null };

function keptOf(found: FoundTask): KeptTask {
  const [number, version, status, made, state, result, idempotencyKey, lines, bytes] = found;
  return {
    task: taskFrom({ number, version, status, made, state, result }),
    idempotencyKey,
    outputLines: lines,
    outputBytes: bytes,
    size: JSON.stringify([made, state, result]).length,
  };
}

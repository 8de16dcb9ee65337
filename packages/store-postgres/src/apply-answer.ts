import type { Operation } from '@task-monitor/core';
import { type KeptTask, taskFrom } from './kept-task.js';
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

interface Answer {
  readonly position: number;
  readonly forgotten: number;
  readonly numbers: Readonly<Record<string, number>> | null;
  readonly missed: readonly number[];
  readonly found:
    | readonly {
        readonly id: string | null;
        readonly key: string | null;
        readonly task: FoundTask | null;
      }[]
    | null;
  readonly done:
    | readonly (Operation & {
        readonly removed: number | null;
      })[]
    | null;
}

/** What the function `apply_writes` answered. */
export class ApplyAnswer {
  /** Of the last change in the store. */
  readonly position: number;
  /** Changes up to this position are not kept any more. */
  readonly forgotten: number;
  /** The numbers of the tasks that were created, by the number of their group. */
  readonly numbers: ReadonlyMap<number, number>;
  /** Groups that were not done. */
  readonly missed: ReadonlySet<number>;
  /** What there is of their tasks: by its id, or by the idempotency key that it has. */
  readonly found: readonly { readonly id: string | null; readonly task: KeptTask | null }[];
  readonly #done: ReadonlyMap<string, number | null>;

  constructor([row]: readonly Row[]) {
    const answer = jsonOf(row?.[0]) as Answer;
    this.position = answer.position;
    this.forgotten = answer.forgotten;
    this.numbers = new Map(
      Object.entries(answer.numbers ?? {}).map(([at, number]) => [Number(at), number]),
    );
    this.missed = new Set(answer.missed);
    this.found = (answer.found ?? []).map(({ id, task }) => ({ id, task: task && keptOf(task) }));
    this.#done = new Map(
      (answer.done ?? []).map((one) => [`${one.sequence} ${one.writer}`, one.removed]),
    );
  }

  /** Whether the operation had been done before. */
  wasDone({ writer, sequence }: Operation): boolean {
    return this.#done.has(`${sequence} ${writer}`);
  }

  /** How many tasks it removed when it was done before. */
  removedBy({ writer, sequence }: Operation): number {
    return this.#done.get(`${sequence} ${writer}`) ?? 0;
  }
}

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

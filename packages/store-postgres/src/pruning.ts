import type { PruneAnswer, PruneRequest, TaskFilter } from '@task-monitor/core';
import { ApplyAnswer } from './apply-answer.js';
import { ApplyInput, slotOf } from './apply-input.js';
import type { Ask, Database } from './database.js';
import type { KeptTask } from './kept-task.js';
import type { KnownTasks } from './known-tasks.js';
import { keptTaskOf, numberOf } from './row.js';
import { finishedQuery, finishedCountQuery } from './task-query.js';

export interface PruningOptions {
  /** Quoted. */
  readonly schema: string;
  readonly database: Database;
  readonly known: KnownTasks;
  readonly apply: string;
  readonly keptChanges: number;
  readonly written: (answer: ApplyAnswer) => void;
}

/** Removes finished tasks, many at a time. */
export class Pruning {
  readonly #options: PruningOptions;

  constructor(options: PruningOptions) {
    this.#options = options;
  }

  async prune(request: PruneRequest): Promise<PruneAnswer> {
    if (request.filter.statuses?.length === 0) return { removed: 0, more: false };
    const { database, known, written } = this.#options;
    return database.persistently(async (deadline) => {
      const { removed, more, answer } = await database.transaction(deadline, (ask) =>
        this.#pruneIn(ask, request),
      );
      for (const { task } of removed) known.forget(task.id);
      if (answer instanceof ApplyAnswer) written(answer);
      return { removed: typeof answer === 'number' ? answer : removed.length, more };
    });
  }

  async #pruneIn(ask: Ask, request: PruneRequest): Promise<Pruned> {
    const { schema, apply, keptChanges } = this.#options;
    const { operation, filter, limit, completedBefore, keepFinished } = request;
    await ask(`SELECT FROM ${schema}.meta FOR UPDATE`);
    const [done] = await ask(
      `SELECT removed FROM ${schema}.operations WHERE writer = $1 AND slot = $2 AND sequence = $3`,
      [operation.writer, slotOf(operation), operation.sequence],
    );
    // Its answer was lost: what it removed is told again, and nothing is removed twice.
    if (done !== undefined) return { removed: [], more: true, answer: numberOf(done[0] ?? '0') };
    const surplus = (await this.#countFinished(ask, filter)) - keepFinished;
    const { text, values } = finishedQuery(schema, filter, limit + 1);
    const candidates = (await ask(text, values)).map(keptTaskOf);
    const goes = candidates.filter(
      ({ task }, index) => index < surplus || (task.completedAt ?? 0) <= completedBefore,
    );
    const removed = goes.slice(0, limit);
    const more = goes.length > limit;
    if (removed.length === 0) return { removed, more, answer: null };
    const input = new ApplyInput();
    input.removal(
      0,
      removed.map(({ task }) => task.id),
    );
    for (const { task } of removed) input.count(0, task, task.status, null);
    input.operation(0, operation, true, removed.length);
    const answer = new ApplyAnswer(await ask(apply, input.values(keptChanges)));
    return { removed, more, answer };
  }

  async #countFinished(ask: Ask, filter: TaskFilter): Promise<number> {
    const { text, values } = finishedCountQuery(this.#options.schema, filter);
    const [row] = await ask(text, values);
    return numberOf(row?.[0] ?? '0');
  }
}

interface Pruned {
  readonly removed: readonly KeptTask[];
  readonly more: boolean;
  /** Of the database; or how many were removed, where that happened before. */
  readonly answer: ApplyAnswer | number | null;
}

import type { PruneAnswer, PruneRequest, TaskFilter } from '@task-monitor/core';
import { ApplyAnswer, type Written } from './apply-answer.js';
import { ApplyInput } from './apply-input.js';
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
  readonly written: (done: Written) => void;
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
      const { gone, removed, more, done } = await database.transaction(deadline, (ask) =>
        this.#pruneIn(ask, request),
      );
      for (const { task } of gone) known.forget(task.id);
      if (done !== null) written(done);
      return { removed, more };
    });
  }

  async #pruneIn(ask: Ask, request: PruneRequest): Promise<Pruned> {
    const { schema, apply, keptChanges } = this.#options;
    const { operation, filter, limit, completedBefore, keepFinished } = request;
    await ask(`SELECT FROM ${schema}.meta FOR UPDATE`);
    const [before] = await ask(
      `SELECT removed FROM ${schema}.removals WHERE writer = $1 AND sequence = $2`,
      [operation.writer, operation.sequence],
    );
    // Its answer was lost: what it removed is told again, and nothing is removed twice.
    if (before !== undefined)
      return { gone: [], removed: numberOf(before[0]), more: true, done: null };
    const surplus = (await this.#countFinished(ask, filter)) - keepFinished;
    const { text, values } = finishedQuery(schema, filter, limit + 1);
    const candidates = (await ask(text, values)).map(keptTaskOf);
    const goes = candidates.filter(
      ({ task }, index) => index < surplus || (task.completedAt ?? 0) <= completedBefore,
    );
    const gone = goes.slice(0, limit);
    if (gone.length === 0) return { gone, removed: 0, more: false, done: null };
    const input = new ApplyInput();
    input.removal(
      gone.map(({ task }) => task),
      operation,
    );
    for (const { task } of gone) input.count(task, task.status, null);
    const { done } = new ApplyAnswer(await ask(apply, input.values(keptChanges)));
    return { gone, removed: gone.length, more: goes.length > limit, done };
  }

  async #countFinished(ask: Ask, filter: TaskFilter): Promise<number> {
    const { text, values } = finishedCountQuery(this.#options.schema, filter);
    const [row] = await ask(text, values);
    return numberOf(row?.[0] ?? '0');
  }
}

interface Pruned {
  readonly gone: readonly KeptTask[];
  readonly removed: number;
  readonly more: boolean;
  readonly done: Written | null;
}

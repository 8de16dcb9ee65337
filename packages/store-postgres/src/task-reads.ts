import {
  type ListPage,
  type ListRequest,
  type OutputLine,
  type StoreAudit,
  type Task,
  TASK_STATUSES,
  type TaskCounts,
  type TaskFilter,
  type TaskOutput,
  type TaskStatus,
} from '@task-monitor/core';
import type { Database } from './database.js';
import { deepFrozen } from './kept-task.js';
import type { KnownTasks } from './known-tasks.js';
import { keptTail } from './output-tail.js';
import { jsonOf, keptTaskOf, numberOf, type Row, TASK_COLUMNS } from './row.js';
import { storable } from './storable.js';
import { auditQuery, counterOf, pageQuery, recountQuery } from './task-query.js';

/** What is read of tasks: always what is committed, whoever wrote it. */
export class TaskReads {
  readonly #schema: string;
  readonly #database: Database;
  readonly #known: KnownTasks;
  /** Asked over and over: one text each, which need not be put together. */
  readonly #getText: string;
  readonly #countsText: string;

  constructor(schema: string, database: Database, known: KnownTasks) {
    this.#schema = schema;
    this.#database = database;
    this.#known = known;
    this.#getText = `SELECT ${TASK_COLUMNS} FROM ${schema}.tasks t WHERE t.id = $1`;
    this.#countsText = `SELECT ${TASK_STATUSES.join(', ')} FROM ${schema}.counts WHERE kind = $1 AND key = $2`;
  }

  async get(id: string): Promise<Task | null> {
    const [row] = await this.#database.askAgain('task', this.#getText, [storable(id).value]);
    if (row === undefined) return null;
    const kept = keptTaskOf(row);
    this.#known.learn(kept);
    return kept.task;
  }

  async list(request: ListRequest): Promise<ListPage> {
    if (request.filter.statuses?.length === 0) return { tasks: [], more: false };
    const { text, values } = pageQuery(this.#schema, storable(request).value);
    const rows = await this.#database.ask(text, values);
    return {
      tasks: rows.slice(0, request.limit).map((row) => keptTaskOf(row).task),
      more: rows.length > request.limit,
    };
  }

  async counts(given: TaskFilter): Promise<TaskCounts> {
    const filter = storable(given).value;
    const counter = counterOf(filter);
    const counts = noTasks();
    for (const [status, count] of counter === null
      ? await this.#recount(filter)
      : await this.#counter(counter)) {
      if (filter.statuses?.includes(status) ?? true) counts[status] = count;
    }
    return counts;
  }

  async parents(ids: readonly string[]): Promise<readonly string[]> {
    const sum = TASK_STATUSES.join(' + ');
    const rows = await this.#database.ask(
      `SELECT key FROM ${this.#schema}.counts WHERE kind = 'parent' AND key = ANY ($1::text[]) AND ${sum} > 0`,
      [storable(ids).value],
    );
    const found = new Set(rows.map(([key]) => key));
    return ids.filter((id) => found.has(storable(id).value));
  }

  /** One statement, which sees one state of the database. */
  async audit(): Promise<StoreAudit> {
    const rows = await this.#database.askPatiently(auditQuery(this.#schema), AUDIT_MS);
    const counted = noTasks();
    const recounted = noTasks();
    for (const [which, status, count] of rows)
      (which === 'counted' ? counted : recounted)[status as TaskStatus] = numberOf(count);
    return { counted, recounted };
  }

  async output(id: string, after: number): Promise<TaskOutput | null> {
    const rows = await this.#database.ask(
      `SELECT t.output_lines, o.lines FROM ${this.#schema}.tasks t
         LEFT JOIN ${this.#schema}.output o ON o.number = t.number AND o.last_line > $2
         WHERE t.id = $1 ORDER BY o.last_line`,
      [storable(id).value, after],
    );
    const [first] = rows;
    if (first === undefined) return null;
    const lines = rows.flatMap((row) => (jsonOf(row[1]) ?? []) as readonly OutputLine[]);
    return {
      lines: deepFrozen(keptTail(lines).filter(({ number }) => number > after)),
      lastNumber: numberOf(first[0]),
    };
  }

  async #counter([kind, key]: readonly [string, string]): Promise<readonly StatusCount[]> {
    const [row] = await this.#database.askAgain('counts', this.#countsText, [kind, key]);
    if (row === undefined) return [];
    return TASK_STATUSES.map((status, index) => [status, numberOf(row[index])]);
  }

  async #recount(filter: TaskFilter): Promise<readonly StatusCount[]> {
    const { text, values } = recountQuery(this.#schema, filter);
    return (await this.#database.ask(text, values)).map(statusCountOf);
  }
}

/** The session ends it sooner where it is the store's own: then there is no answer, and nothing else suffers. */
const AUDIT_MS = 60_000;

function noTasks(): Record<TaskStatus, number> {
  return { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
}

type StatusCount = readonly [TaskStatus, number];

function statusCountOf([status, count]: Row): StatusCount {
  return [status as TaskStatus, numberOf(count)];
}

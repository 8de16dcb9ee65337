import {
  FINISHED_STATUSES,
  type ListRequest,
  TASK_STATUSES,
  type TaskFilter,
} from '@task-monitor/core';
import { TASK_COLUMNS } from './row.js';

/** A statement, and what its `$1`, `$2` … stand for. */
export interface Query {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * A page of tasks and one more. For several statuses it is put together from a page of each: an index has the tasks of one
 * status in their order, but not those of two.
 */
export function pageQuery(schema: string, { filter, order, after, limit }: ListRequest): Query {
  const values = new Values();
  const number = filter.tag === undefined ? 't.number' : 'g.number';
  const direction = order === 'newest' ? 'DESC' : 'ASC';
  const end = `${direction} LIMIT ${values.add(limit + 1)}`;
  const conditions = attributesOf(filter, values);
  if (after !== null)
    conditions.push(`${number} ${order === 'newest' ? '<' : '>'} ${values.add(after)}`);
  const select = (...more: readonly string[]): string =>
    `SELECT ${TASK_COLUMNS} FROM ${inOrderOf(schema, filter)}${where([...conditions, ...more])} ORDER BY ${number} ${end}`;

  const hasAttribute = filter.type !== undefined || filter.parentId !== undefined;
  if (filter.tag !== undefined || (filter.statuses === undefined && !hasAttribute))
    return values.in(select(...statusesOf(filter, values)));
  const statuses = new Set(filter.statuses ?? TASK_STATUSES);
  const pages = [...statuses].map((status) => `(${select(`t.status = ${values.add(status)}`)})`);
  return values.in(`SELECT * FROM (${pages.join(' UNION ALL ')}) t ORDER BY number ${end}`);
}

/** How many tasks of each status match, counted one by one. */
export function recountQuery(schema: string, filter: TaskFilter): Query {
  const values = new Values();
  const conditions = [...attributesOf(filter, values), ...statusesOf(filter, values)];
  return values.in(
    `SELECT t.status, count(*) FROM ${tablesOf(schema, filter)}${where(conditions)} GROUP BY t.status`,
  );
}

/** The counter of each status and how many tasks have it, as rows of [`counted` or `recounted`, status, number]. */
export function auditQuery(schema: string): string {
  const counters = TASK_STATUSES.map((status) => `('${status}', c.${status})`).join(', ');
  return (
    `SELECT 'counted', v.status, v.count FROM ${schema}.counts c, LATERAL (VALUES ${counters}) AS v(status, count) ` +
    `WHERE c.kind = 'all' AND c.key = '' ` +
    `UNION ALL SELECT 'recounted', t.status, count(*) FROM ${schema}.tasks t GROUP BY t.status`
  );
}

/** How many finished tasks match. */
export function finishedCountQuery(schema: string, filter: TaskFilter): Query {
  const counter = counterOf(filter);
  const statuses = FINISHED_STATUSES.filter((status) => filter.statuses?.includes(status) ?? true);
  if (counter !== null) {
    const sum = ['0', ...statuses].join(' + ');
    const text = `SELECT ${sum} FROM ${schema}.counts WHERE kind = $1 AND key = $2`;
    return { text, values: counter };
  }
  const { text, values } = recountQuery(schema, { ...filter, statuses });
  return { text: `SELECT coalesce(sum(count), 0) FROM (${text}) c`, values };
}

/** The counter that counts what a filter matches, but for its statuses; `null` where several attributes must agree. */
export function counterOf({ type, tag, parentId }: TaskFilter): readonly [string, string] | null {
  const counters: [string, string][] = [];
  if (type !== undefined) counters.push(['type', type]);
  if (tag !== undefined) counters.push(['tag', tag]);
  if (parentId !== undefined) counters.push(['parent', parentId]);
  if (counters.length > 1) return null;
  return counters[0] ?? ['all', ''];
}

/** Finished tasks that match, those that finished first first. */
export function finishedQuery(schema: string, filter: TaskFilter, limit: number): Query {
  const values = new Values();
  const finished = FINISHED_STATUSES.map((status) => `'${status}'`);
  const conditions = [
    `t.status IN (${finished.join(', ')})`,
    ...attributesOf(filter, values),
    ...statusesOf(filter, values),
  ];
  return values.in(
    `SELECT ${TASK_COLUMNS} FROM ${tablesOf(schema, filter)}${where(conditions)} ` +
      `ORDER BY t.completed_at, t.number LIMIT ${values.add(limit)}`,
  );
}

class Values {
  readonly #values: unknown[] = [];

  /** The place in the text that stands for `value`. */
  add(value: unknown): string {
    this.#values.push(value);
    return `$${this.#values.length}`;
  }

  in(text: string): Query {
    return { text, values: this.#values };
  }
}

function tablesOf(schema: string, { tag }: TaskFilter): string {
  if (tag === undefined) return `${schema}.tasks t`;
  return `${schema}.task_tags g JOIN ${schema}.tasks t ON t.number = g.number`;
}

/** From tag to task, one by one, as far as the page goes: any other way would read more tasks than have the tag. */
function inOrderOf(schema: string, { tag }: TaskFilter): string {
  if (tag === undefined) return `${schema}.tasks t`;
  const task = `SELECT * FROM ${schema}.tasks WHERE number = g.number OFFSET 0`;
  return `${schema}.task_tags g CROSS JOIN LATERAL (${task}) t`;
}

function attributesOf({ type, tag, parentId }: TaskFilter, values: Values): string[] {
  const conditions: string[] = [];
  if (tag !== undefined) conditions.push(`g.tag = ${values.add(tag)}`);
  if (type !== undefined) conditions.push(`t.type = ${values.add(type)}`);
  if (parentId !== undefined) conditions.push(`t.parent = ${values.add(parentId)}`);
  return conditions;
}

function statusesOf({ statuses }: TaskFilter, values: Values): string[] {
  return statuses === undefined ? [] : [`t.status = ANY (${values.add(statuses)}::text[])`];
}

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

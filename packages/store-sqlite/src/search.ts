import {
  FINISHED_STATUSES,
  type ListRequest,
  type PruneRequest,
  TASK_STATUSES,
  type TaskCounts,
  type TaskFilter,
  type TaskStatus,
} from '@task-monitor/core';
import type { Connection } from './connection.js';
import { type Counters, noTasks } from './counters.js';
import type { SqlValue } from './driver/driver.js';

/** By which attribute tasks are found; the others that are asked for are then compared one by one. */
type Attribute = 'none' | 'type' | 'tag' | 'parent';

interface Plan {
  /** `FROM … WHERE …` for tasks of one status, the first value, by an index that ends with the number or with the end. */
  readonly byNumber: string;
  readonly byEnd: string;
  /** The table that has number and end, as its index does. */
  readonly table: 't' | 'g';
  /** All values but the status. */
  readonly values: readonly SqlValue[];
}

interface Found {
  readonly number: number;
  readonly ended_at: number;
}

/** More tasks than this are gone through in steps, see `search-in-steps.ts`: fewer take a few milliseconds. */
const FEW = 5_000;

/** Numbers strictly between these. */
export interface Span {
  readonly over: number;
  readonly below: number;
}

/** How numbers are compared and sorted. */
const DIRECTIONS = { newest: ['<', 'DESC'], oldest: ['>', 'ASC'] } as const;

const ALL: Span = { over: -1, below: Number.MAX_SAFE_INTEGER };

/**
 * Finds tasks by status, type, tag, parent and order of finishing. One attribute costs O(log n + result), each status by an
 * index of its own. Where several are asked for, the one with the fewest tasks is gone through, and the others compared.
 */
export class Search {
  readonly #connection: Connection;
  readonly #counters: Counters;

  constructor(connection: Connection, counters: Counters) {
    this.#connection = connection;
    this.#counters = counters;
  }

  /** Whether so many tasks may have to be gone through that others should get their turn meanwhile. */
  isLong(filter: TaskFilter): boolean {
    return attributesOf(filter).length > 1 && this.#rarest(filter).tasks > FEW;
  }

  /** The number of the next kept task in this order, beyond `from`; `null` if there is none. */
  next(order: ListRequest['order'], from: number): number | null {
    const [beyond, direction] = DIRECTIONS[order];
    const sql = `SELECT number FROM tasks WHERE number ${beyond} ? ORDER BY number ${direction} LIMIT 1`;
    return this.#numbers(sql, from)[0] ?? null;
  }

  /** The numbers of the page and, if there is one, of one task more; of those in `span` only. */
  numbers({ filter, order, after, limit }: ListRequest, span = ALL): readonly number[] {
    const [beyond, direction] = DIRECTIONS[order];
    const from = after ?? (order === 'newest' ? span.below : span.over);
    if (isEmpty(filter)) {
      const all = `SELECT number FROM tasks WHERE number ${beyond} ? ORDER BY number ${direction} LIMIT ?`;
      return this.#numbers(all, from, limit + 1);
    }
    const { byNumber, table, values } = this.#plan(filter);
    const sql = `SELECT ${table}.number ${byNumber} AND ${table}.number > ? AND ${table}.number < ? ORDER BY ${table}.number ${direction} LIMIT ?`;
    const [over, below] =
      order === 'newest'
        ? [span.over, Math.min(from, span.below)]
        : [Math.max(from, span.over), span.below];
    const found = statusesOf(filter).flatMap((status) =>
      this.#numbers(sql, status, ...values, over, below, limit + 1),
    );
    found.sort(order === 'newest' ? (a, b) => b - a : (a, b) => a - b);
    return found.slice(0, limit + 1);
  }

  /** With several attributes, of the tasks in `span` only. */
  counts(filter: TaskFilter, { over, below } = ALL): TaskCounts {
    const counts = noTasks();
    const [[kind, value] = ['all', ''] as const, ...others] = attributesOf(filter);
    if (others.length === 0) {
      const stored = this.#counters.of(kind, value);
      for (const status of statusesOf(filter)) counts[status] = stored[status];
      return counts;
    }
    const { byNumber, table, values } = this.#plan(filter);
    for (const status of statusesOf(filter)) {
      const row = this.#connection.get<{ readonly count: number }>(
        `SELECT count(*) AS count ${byNumber} AND ${table}.number > ? AND ${table}.number < ?`,
        status,
        ...values,
        over,
        below,
      );
      counts[status] = row?.count ?? 0;
    }
    return counts;
  }

  /** Those of `ids` that a task names as its parent. */
  parents(ids: readonly string[]): readonly string[] {
    return ids.filter((id) => {
      const children = this.#counters.of('parent', id);
      return TASK_STATUSES.some((status) => children[status] > 0);
    });
  }

  /** The numbers of the finished tasks that go, those that finished first first, and of one more if there is one. */
  prunable({ completedBefore, keepFinished, filter }: PruneRequest, limit: number): number[] {
    const statuses = FINISHED_STATUSES.filter((status) => statusesOf(filter).includes(status));
    let surplus = -keepFinished;
    if (keepFinished < Number.MAX_SAFE_INTEGER) {
      const counts = this.counts(filter);
      for (const status of statuses) surplus += counts[status];
    }
    const { byEnd, table, values } = this.#plan(filter);
    const sql = `SELECT ${table}.number, ${table}.ended_at ${byEnd} AND ${table}.ended_at IS NOT NULL ORDER BY ${table}.ended_at, ${table}.number LIMIT ?`;
    const found = statuses.flatMap((status) =>
      this.#connection.all<Found>(sql, status, ...values, limit + 1),
    );
    found.sort((a, b) => a.ended_at - b.ended_at || a.number - b.number);
    const going: number[] = [];
    for (const { number, ended_at: endedAt } of found) {
      if (going.length > limit || (surplus <= 0 && endedAt > completedBefore)) break;
      going.push(number);
      surplus--;
    }
    return going;
  }

  #numbers(sql: string, ...values: readonly SqlValue[]): number[] {
    return this.#connection
      .all<{ readonly number: number }>(sql, ...values)
      .map(({ number }) => number);
  }

  #plan(filter: TaskFilter): Plan {
    const { attribute: by } = this.#rarest(filter);
    const compared: string[] = [];
    const values: SqlValue[] = [];
    for (const [attribute, value] of attributesOf(filter)) {
      if (attribute === by) {
        values.unshift(value);
      } else {
        values.push(value);
        compared.push(` AND ${COMPARISONS[attribute]}`);
      }
    }
    const isJoined = by === 'tag' && compared.length > 0;
    const [byNumber, byEnd] = isJoined ? JOINED_BY_TAG : SOURCES[by];
    const rest = compared.join('');
    return {
      byNumber: byNumber + rest,
      byEnd: byEnd + rest,
      table: by === 'tag' ? 'g' : 't',
      values,
    };
  }

  /** With one attribute nothing is compared, and it does not matter how many tasks have it. */
  #rarest(filter: TaskFilter): { readonly attribute: Attribute; readonly tasks: number } {
    const attributes = attributesOf(filter);
    if (attributes.length < 2) return { attribute: attributes[0]?.[0] ?? 'none', tasks: 0 };
    let rarest: Attribute = 'none';
    let fewest = Infinity;
    for (const [attribute, value] of attributes) {
      const counts = this.#counters.of(attribute, value);
      let tasks = 0;
      for (const status of statusesOf(filter)) tasks += counts[status];
      if (tasks >= fewest) continue;
      fewest = tasks;
      rarest = attribute;
    }
    return { attribute: rarest, tasks: fewest };
  }
}

const COMPARISONS = {
  type: 't.type = ?',
  parent: 't.parent_id = ?',
  tag: 'EXISTS (SELECT 1 FROM task_tags o WHERE o.tag = ? AND o.status = t.status AND o.number = t.number)',
};

/**
 * By number, and by end. Every index is named: a planner that has no statistics would now and then rather go through all
 * tasks in their order.
 */
const SOURCES: Readonly<Record<Attribute, readonly [string, string]>> = {
  none: [
    'FROM tasks t INDEXED BY tasks_by_status WHERE t.status = ?',
    'FROM tasks t INDEXED BY tasks_by_end WHERE t.status = ?',
  ],
  type: [
    'FROM tasks t INDEXED BY tasks_by_type WHERE t.status = ? AND t.type = ?',
    'FROM tasks t INDEXED BY tasks_by_type_and_end WHERE t.status = ? AND t.type = ?',
  ],
  parent: [
    'FROM tasks t INDEXED BY tasks_by_parent WHERE t.status = ? AND t.parent_id = ?',
    'FROM tasks t INDEXED BY tasks_by_parent_and_end WHERE t.status = ? AND t.parent_id = ?',
  ],
  // The first is by the primary key, which has no name.
  tag: [
    'FROM task_tags g WHERE g.status = ? AND g.tag = ?',
    'FROM task_tags g INDEXED BY task_tags_by_end WHERE g.status = ? AND g.tag = ?',
  ],
};

/** With the tasks beside them, to compare what else is asked for. A cross join is done in the order it is written in. */
const JOINED_BY_TAG: readonly [string, string] = [
  'FROM task_tags g CROSS JOIN tasks t ON t.number = g.number WHERE g.status = ? AND g.tag = ?',
  'FROM task_tags g INDEXED BY task_tags_by_end CROSS JOIN tasks t ON t.number = g.number WHERE g.status = ? AND g.tag = ?',
];

function attributesOf({
  type,
  tag,
  parentId,
}: TaskFilter): readonly (readonly [Exclude<Attribute, 'none'>, string])[] {
  const attributes: [Exclude<Attribute, 'none'>, string][] = [];
  if (type !== undefined) attributes.push(['type', type]);
  if (tag !== undefined) attributes.push(['tag', tag]);
  if (parentId !== undefined) attributes.push(['parent', parentId]);
  return attributes;
}

function statusesOf({ statuses }: TaskFilter): readonly TaskStatus[] {
  return statuses === undefined ? TASK_STATUSES : [...new Set(statuses)];
}

function isEmpty({ statuses, type, tag, parentId }: TaskFilter): boolean {
  return (
    statuses === undefined && type === undefined && tag === undefined && parentId === undefined
  );
}

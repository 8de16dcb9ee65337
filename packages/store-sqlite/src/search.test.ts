import { TASK_STATUSES, type TaskFilter } from '@task-monitor/core';
import { migrated } from '../test/migrated.js';
import type { Connection } from './connection.js';
import { Counters } from './counters.js';
import type { Database } from './driver/driver.js';
import { Search } from './search.js';

/** How SQLite goes about each statement that was prepared. */
class Plans {
  readonly #statements = new Set<string>();

  watch(database: Database): Database {
    return {
      exec: (sql) => database.exec(sql),
      close: () => database.close(),
      prepare: (sql) => {
        this.#statements.add(sql);
        return database.prepare(sql);
      },
    };
  }

  async read(): Promise<ReadonlyMap<string, readonly string[]>> {
    const connection = await migrated();
    const plans = new Map<string, readonly string[]>();
    for (const sql of this.#statements) {
      if (!/^\s*SELECT/.test(sql)) continue;
      const values = [...sql].filter((letter) => letter === '?').map(() => 1);
      const steps = connection.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values);
      plans.set(
        sql,
        steps.map(({ detail }) => detail),
      );
    }
    connection.close();
    return plans;
  }
}

describe('Search', () => {
  const plans = new Plans();
  let connection: Connection;
  let search: Search;
  beforeAll(async () => {
    connection = await migrated((database) => plans.watch(database));
    search = new Search(connection, new Counters(connection));
  });
  afterAll(() => connection.close());

  it('goes through no table and sorts nothing, whatever it is asked for', async () => {
    // Which attribute is the rarest decides how it goes about it: each is the rarest once.
    for (const rarest of ['type', 'tag', 'parent']) {
      connection.run('DELETE FROM counters');
      for (const kind of ['type', 'tag', 'parent'])
        connection.run(
          `INSERT INTO counters (kind, value, ${TASK_STATUSES.join()}) VALUES (?, 'a', ?, 9, 9, 9, 9)`,
          kind,
          kind === rarest ? 0 : 9,
        );
      for (const filter of everyFilter()) {
        for (const order of ['newest', 'oldest'] as const)
          for (const after of [null, 5]) search.numbers({ filter, order, after, limit: 10 });
        search.counts(filter);
        const request = { completedBefore: 5, keepFinished: 5, filter, limit: 10 };
        const operation = { writer: 'monitor-1', sequence: 1 };
        search.prunable({ ...request, operation }, 10);
      }
    }
    const read = await plans.read();
    expect(read.size).toBeGreaterThan(40);
    for (const [sql, steps] of read) {
      for (const step of steps) {
        expect({ sql, step }).not.toMatchObject({ step: expect.stringContaining('TEMP B-TREE') });
        // Without any filter, all tasks are a page in their own order.
        const scan = sql.includes('FROM tasks WHERE number') ? 'SCAN other' : 'SCAN';
        expect({ sql, step }).not.toMatchObject({ step: expect.stringContaining(scan) });
      }
    }
  });
});

function everyFilter(): readonly TaskFilter[] {
  const filters: TaskFilter[] = [];
  for (const statuses of [undefined, ['running', 'failed'], ['completed']] as const)
    for (const type of [undefined, 'a'])
      for (const tag of [undefined, 'a'])
        for (const parentId of [undefined, 'a'])
          filters.push({
            ...(statuses && { statuses }),
            ...(type && { type }),
            ...(tag && { tag }),
            ...(parentId && { parentId }),
          });
  return filters;
}

import type { TaskFilter } from '@task-monitor/core';
import { finishedQuery, pageQuery, type Query } from '../src/task-query.js';
import { changesQuery } from '../src/change-query.js';
import type { PostgresStore } from '../src/index.js';
import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore, type ThrowawayStore } from './throwaway-store.js';
import { until } from './until.js';
import { CREATED_AT, live, Writer } from './writes.js';

const TASKS = 100_000;

const LARGE = ['tasks', 'changes', 'task_tags'];

let server: PostgresServer;
let opened: ThrowawayStore;

beforeAll(async () => {
  server = await PostgresServer.start();
  opened = await openThrowawayStore(server);
  const { schema } = opened;
  await server.query(`
    INSERT INTO ${schema}.tasks (id, number, version, status, type, parent, owner, completed_at,
        position, made, state)
      SELECT 'task-' || n, n, 3, s.status, 'type-' || n % 7, 'batch-' || n % 1000,
          'owner-' || n % 5, CASE WHEN s.status NOT IN ('pending', 'running') THEN n END, n,
          json_build_object('id', 'task-' || n, 'type', 'type-' || n % 7, 'tags', '[]'::json,
            'metadata', json_build_object('videos', json_build_array('a1')), 'createdAt', n),
          json_build_object('completedAt', n)
        FROM generate_series(1, ${TASKS}) n
        CROSS JOIN LATERAL (SELECT (ARRAY['completed', 'completed', 'failed', 'cancelled',
          CASE WHEN n % 500 = 4 THEN 'running' ELSE 'completed' END])[n % 5 + 1] AS status) s;
    INSERT INTO ${schema}.task_tags SELECT 'tag-' || n % 20, n FROM generate_series(1, ${TASKS}) n;
    INSERT INTO ${schema}.changes (position, type, number, version, status, state)
      SELECT n, 'task.completed', n, 3, 'completed', '{}' FROM generate_series(1, 20000) n;
    UPDATE ${schema}.meta SET number = ${TASKS}, position = 20000;
    ANALYZE`);
}, 120_000);

afterAll(async () => {
  await opened.dispose();
  await server.dispose();
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}

/** The tables that a statement reads from end to end, and how many rows it reads of all. */
async function costOf({ text, values }: Query): Promise<{ scans: string[]; rows: number }> {
  const { rows } = await server.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...values]);
  const plan = (rows[0] as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN'][0].Plan;
  const scans: string[] = [];
  let read = 0;
  const visit = (node: Plan): void => {
    // Of one row, or none, there is no shorter way.
    if (node['Node Type'] === 'Seq Scan' && LARGE.includes(node['Relation Name'] ?? ''))
      scans.push(node['Relation Name'] ?? '');
    if (node['Relation Name'] !== undefined) read += node['Actual Rows'] * node['Actual Loops'];
    node.Plans?.forEach(visit);
  };
  visit(plan);
  return { scans, rows: read };
}

const FILTERS: readonly TaskFilter[] = [
  {},
  { statuses: ['running'] },
  { statuses: ['pending', 'running'] },
  { type: 'type-3' },
  { type: 'type-3', statuses: ['failed'] },
  { parentId: 'batch-17' },
  { tag: 'tag-5' },
];

describe(`among ${TASKS} tasks`, () => {
  for (const filter of FILTERS) {
    for (const order of ['newest', 'oldest'] as const) {
      it(`a page reads little more than itself: ${JSON.stringify(filter)}, ${order} first`, async () => {
        for (const after of [null, 50_000]) {
          const { scans, rows } = await costOf(
            pageQuery(opened.schema, { filter, order, after, limit: 50 }),
          );
          expect(scans).toEqual([]);
          expect(rows).toBeLessThan(51 * 6 + 20);
        }
      });
    }
  }

  it('pruning reads what it removes', async () => {
    for (const filter of [{}, { statuses: ['completed'] as const }]) {
      const { scans, rows } = await costOf(finishedQuery(opened.schema, filter, 101));
      expect(scans).toEqual([]);
      expect(rows).toBeLessThan(400);
    }
  });

  it('a reader of changes reads those that it gets', async () => {
    const { store, schema } = opened;
    const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
    const values = [position.replace(/\.\d+$/, ''), 15_000, 100];
    const { scans, rows } = await costOf({ text: changesQuery(schema), values });
    expect(scans).toEqual([]);
    expect(rows).toBeLessThan(400);
  });

  it('a write, a count and a task cost the same as among few', async () => {
    const { schema, another } = opened;
    await ended(opened.store);
    const before = await scans(schema);
    const store = await another();
    const writer = new Writer(store, 'monitor-1');
    for (let made = 1; made <= 20; made++) await live(writer, `new-${made}`);
    await store.counts({ type: 'type-3' });
    await store.get('task-777');
    await store.renewLease({
      owner: { id: 'owner-1', host: 'ingest-3', pid: 1 },
      bootId: '',
      pidStart: '',
      durationMs: 30_000,
      renew: false,
    });
    const request = { completedBefore: 0, keepFinished: TASKS, filter: {}, limit: 10 };
    await store.prune({ ...request, operation: writer.operation() });
    await store.expireLeases({
      dead: ['owner-4'],
      expired: true,
      gapMs: 16_000,
      graceMs: 30_000,
      error: { code: 'ORPHANED', message: 'gone', name: null, stack: null },
      endedBy: { cause: 'orphaned', monitor: 'monitor-1' },
      at: CREATED_AT,
      limit: 10,
      operation: writer.operation(),
    });
    expect(before).toHaveLength(LARGE.length);
    await ended(store);
    expect(await scans(schema)).toEqual(before);
  });

  /** What a connection counted is known when it has ended. */
  async function ended(store: PostgresStore): Promise<void> {
    await store.close();
    const ours = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'task-monitor'`;
    await until(async () => (await server.query(ours)).rows[0].count === 0);
  }

  /** How often each of the large tables was read from end to end. */
  async function scans(schema: string): Promise<unknown[]> {
    const { rows } = await server.query(
      `SELECT pg_stat_force_next_flush(), relname, seq_scan::int FROM pg_stat_user_tables
         WHERE format('%I', schemaname) = $1 OR schemaname = $1 ORDER BY relname`,
      [schema.replaceAll('"', '')],
    );
    return (rows as { relname: string; seq_scan: number }[])
      .filter(({ relname }) => LARGE.includes(relname))
      .map(({ relname, seq_scan }) => [relname, seq_scan]);
  }
});

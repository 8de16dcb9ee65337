import { jest } from '@jest/globals';
import pg from 'pg';
import { TaskMonitor } from '@task-monitor/core';
import { PostgresStore } from '../src/index.js';
import { describeWithPgbouncer, Pgbouncer, POOL_SIZE } from './pgbouncer.js';
import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';
import { tillThere, until } from './until.js';
import { CREATED_AT, live, Writer } from './writes.js';

const LIVED = ['applied 1', 'applied 2', 'applied 3', 'applied 4', 'applied 5'];

describeWithPgbouncer('through pgbouncer, a transaction at a time', () => {
  let server: PostgresServer;
  let bouncer: Pgbouncer;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });

  beforeEach(async () => {
    bouncer = await Pgbouncer.before(server);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await bouncer.dispose();
  });

  afterAll(() => server.dispose());

  const open = (given: { pool?: pg.Pool } = {}) =>
    openThrowawayStore(server, {
      ...(given.pool === undefined && { connectionString: bouncer.connectionString() }),
      ...given,
    });

  /** Asks the same in every session that the pooler has, at the same time. */
  async function inEverySession(text: string): Promise<readonly object[]> {
    const clients = Array.from({ length: POOL_SIZE }, () => {
      return new pg.Client({ connectionString: bouncer.connectionString() });
    });
    for (const client of clients) await client.connect();
    for (const client of clients) await client.query('BEGIN');
    const answers: object[] = [];
    for (const client of clients) {
      const { rows } = await client.query<object>(text);
      answers.push(...rows);
    }
    for (const client of clients) await client.query('COMMIT');
    for (const client of clients) await client.end();
    return answers;
  }

  it('tells a watcher what another process did, warns once that nobody rings, and listens nowhere', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { store, another, dispose } = await open();
    const here = new TaskMonitor({ store });
    const there = new TaskMonitor({ store: await another() });
    const task = await there.register({ type: 'ingest' });
    const watched: string[] = [];
    const watching = (async () => {
      for await (const { type } of here.watch({ taskId: task.id })) watched.push(type);
    })();
    await until(() => watched.length === 1);
    await until(() => warn.mock.calls.length === 1);
    await there.start(task.id);
    await until(() => watched.length === 2);
    await there.complete(task.id);
    await watching;
    expect(watched).toEqual(['snapshot', 'task.started', 'task.completed']);
    expect(await inEverySession('SELECT * FROM pg_listening_channels()')).toEqual([]);
    expect(bouncer.log).not.toContain('not linked');
    await here.close();
    await there.close();
    expect(warn.mock.calls).toEqual([
      [
        expect.stringContaining('A pooler in between'),
        expect.objectContaining({ code: 'TASK_MONITOR_NO_NOTIFY' }),
      ],
    ]);
    await dispose();
  });

  it('makes the tables once, however many do so at the same time, and leaves no lock behind', async () => {
    const { schema, dispose } = await openThrowawayStore(server);
    await server.query(`DROP SCHEMA ${schema} CASCADE`);
    const options = {
      connectionString: bouncer.connectionString(),
      schema: schema.replaceAll('"', ''),
    };
    const stores = await Promise.all(
      Array.from({ length: 2 * POOL_SIZE }, () => PostgresStore.open(options)),
    );
    const { rows } = await server.query(`SELECT number FROM ${schema}.migrations ORDER BY number`);
    expect(rows).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }, { number: 4 }]);
    await Promise.all(stores.map((store) => store.close()));
    await dispose();
    expect(await locksHeld()).toBe(0);
  });

  it('runs the SQL that is there for migration tools', async () => {
    const client = new pg.Client({ connectionString: bouncer.connectionString() });
    await client.connect();
    await client.query(PostgresStore.migrations('by_tool'));
    await client.query(PostgresStore.migrations('by_tool'));
    await client.end();
    const store = await PostgresStore.open({
      connectionString: bouncer.connectionString(),
      schema: 'by_tool',
      migrate: false,
    });
    expect(await live(new Writer(store, 'monitor-1'), 'task-1')).toEqual(LIVED);
    await store.close();
    expect(await locksHeld()).toBe(0);
  });

  async function locksHeld(): Promise<number> {
    const { rows } = await server.query(
      "SELECT count(*)::int AS count FROM pg_locks WHERE locktype = 'advisory'",
    );
    return (rows[0] as { count: number }).count;
  }

  it('leaves nothing behind in the sessions that it was lent', async () => {
    const SESSION = `SELECT current_setting('search_path') AS search_path,
      current_setting('statement_timeout') AS statement_timeout,
      current_setting('lock_timeout') AS lock_timeout,
      current_setting('idle_in_transaction_session_timeout') AS idle_timeout,
      current_setting('enable_seqscan') AS enable_seqscan,
      (SELECT count(*)::int FROM pg_prepared_statements) AS prepared`;
    const before = await inEverySession(SESSION);
    const { store, dispose } = await open();
    await aDay(store);
    expect(await inEverySession(SESSION)).toEqual(before);
    await dispose();
  });

  it('does not mind what others left behind in them', async () => {
    const { store, another, dispose } = await open();
    for (const left of [
      "SET SESSION search_path TO 'nowhere'",
      "SET SESSION default_transaction_isolation = 'serializable'",
      "SET SESSION IntervalStyle = 'sql_standard'",
      'SET SESSION extra_float_digits = -15',
      'PREPARE theirs AS SELECT 1',
    ])
      await inEverySession(left);
    await aDay(store);
    await aDay(await another(), 'b');
    await dispose();
  });

  for (const settings of [
    { pool_mode: 'session', default_pool_size: '20' },
    { default_pool_size: '1' },
    { server_round_robin: '1' },
    { server_reset_query_always: '1', server_reset_query: 'DISCARD ALL' },
    { server_lifetime: '0' },
    {
      ignore_startup_parameters:
        'statement_timeout, lock_timeout, idle_in_transaction_session_timeout',
    },
  ]) {
    it(`works with ${JSON.stringify(settings)}`, async () => {
      await bouncer.dispose();
      bouncer = await Pgbouncer.before(server, settings);
      const { store, dispose } = await open();
      await aDay(store);
      await dispose();
    });
  }

  it('is refused a statement at a time', async () => {
    await bouncer.dispose();
    bouncer = await Pgbouncer.before(server, { pool_mode: 'statement' });
    const opening = PostgresStore.open({ connectionString: bouncer.connectionString() });
    await expect(opening).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('statement pooling') as unknown,
    });
  });

  it("works with a program's own pool", async () => {
    const pool = new pg.Pool({ connectionString: bouncer.connectionString(), max: 3 });
    const { store, dispose } = await open({ pool });
    await aDay(store);
    await dispose();
    await pool.end();
  });

  for (const [name, trouble] of [
    ['pgbouncer is killed and started', () => restartOf(bouncer)],
    [
      'PostgreSQL behind it is restarted',
      () => restartOf({ kill: () => server.stop(), start: () => server.start() }),
    ],
  ] as const) {
    it(`does each write once when ${name}, and then goes on`, async () => {
      const { store, dispose } = await open();
      const acknowledged = new Map<string, number>();
      let stopped = false;
      const writing = Array.from({ length: 10 }, async (_, index) => {
        const writer = new Writer(store, `monitor-${index}`);
        const id = `task-${index}`;
        await writer.create(id);
        await writer.start(id);
        for (let current = 1; !stopped; current++) {
          const operation = writer.operation();
          const { task } = await tillThere(() =>
            store.progress(id, { update: { current }, at: 0, owner: null, operation }),
          );
          expect(task).toMatchObject({ version: current + 2, progress: { current } });
          acknowledged.set(id, current);
        }
      });
      for (let round = 0; round < 3; round++) {
        const before = [...acknowledged.values()];
        await until(
          () =>
            acknowledged.size === 10 &&
            [...acknowledged.values()].every((current, i) => current > (before[i] ?? 0)),
        );
        await trouble();
      }
      stopped = true;
      await Promise.all(writing);
      for (const [id, current] of acknowledged)
        expect(await store.get(id)).toMatchObject({ version: current + 2, progress: { current } });
      await dispose();
    }, 240_000);
  }
});

async function restartOf(server: { kill(): Promise<void>; start(): Promise<void> }): Promise<void> {
  await server.kill();
  await server.start();
}

/** Something of everything that a store is asked. */
async function aDay(store: PostgresStore, name = 'a'): Promise<void> {
  const id = `task-${name}`;
  const writer = new Writer(store, `monitor-${name}`);
  const owner = { id: `owner-${name}`, host: 'ingest-3', pid: 4711 };
  const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
  const changes = store.changesAfter(position, { limit: 1, waitMs: 3_600_000 });
  const lease = { owner, bootId: 'boot-7', pidStart: '1', durationMs: 30_000, renew: false };
  expect((await store.renewLease(lease)).outcome).toBe('held');
  expect(await live(writer, id)).toEqual(LIVED);
  expect((await changes).changes).toHaveLength(1);
  expect((await store.renewLease({ ...lease, renew: true })).outcome).toBe('held');
  expect(await store.get(id)).toMatchObject({ status: 'completed', result: { segments: 80 } });
  expect((await store.output(id, 0))?.lines).toHaveLength(1);
  const { holders } = await store.expireLeases({
    dead: [],
    expired: true,
    gapMs: 60_000,
    graceMs: 30_000,
    error: { name: 'Error', message: 'lost', code: 'ORPHANED', stack: null },
    endedBy: { cause: 'orphaned', monitor: 'monitor-7' },
    at: CREATED_AT,
    limit: 10,
    operation: writer.operation(),
  });
  expect(holders).toHaveLength(1);
  await store.releaseLease(owner.id);
  const pruned = await store.prune({
    completedBefore: CREATED_AT + 10_000,
    keepFinished: 10,
    filter: {},
    limit: 10,
    operation: writer.operation(),
  });
  expect(pruned).toEqual({ removed: 1, more: false });
}

import pg from 'pg';
import type { PostgresStore } from '../src/index.js';
import { PostgresServer } from './postgres-server.js';
import { TcpProxy } from './tcp-proxy.js';
import { openThrowawayStore } from './throwaway-store.js';
import { until } from './until.js';
import { Writer } from './writes.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

/** More than one batch takes. */
const TASKS = 900;

const ids = Array.from({ length: TASKS }, (_, index) => `task-${index}`);

describe('writes of many callers', () => {
  it('are sent while the server still does those before', async () => {
    const { store, schema, dispose } = await openThrowawayStore(server);
    const answers = await whileLocked(schema, async () => {
      const created = createAll(store);
      await until(async () => (await batchesUnderWay()) === 2);
      expect(await store.get('task-1')).toBeNull();
      return { created };
    });
    expect(await answers.created).toEqual(ids.map(() => 'applied'));
    expect((await store.counts({})).pending).toBe(TASKS);
    await dispose();
  });

  it('wait for the batch that has another write to their task', async () => {
    const { store, schema, dispose } = await openThrowawayStore(server);
    const writer = new Writer(store, 'monitor-1');
    const answers = await whileLocked(schema, async () => {
      const created = ids.slice(0, 600).map((id) => writer.create(id));
      // The first batch has so many of them.
      const started = ids.slice(0, 500).map((id) => writer.start(id));
      await until(async () => (await batchesUnderWay()) === 2);
      return { created, started };
    });
    for (const { outcome } of await Promise.all([...answers.created, ...answers.started]))
      expect(outcome).toBe('applied');
    const { rows } = await server.query(
      `SELECT type, count(*)::int AS count, count(DISTINCT xmin::text)::int AS transactions
         FROM ${schema}.changes GROUP BY type ORDER BY type`,
    );
    expect(rows[0]).toEqual({ type: 'task.registered', count: 600, transactions: 2 });
    expect(rows[1]).toMatchObject({ type: 'task.started', count: 500 });
    const together = await server.query(
      `SELECT count(*)::int AS count FROM ${schema}.changes r JOIN ${schema}.changes s
         ON r.xmin::text = s.xmin::text AND r.type = 'task.registered' AND s.type = 'task.started'`,
    );
    expect(together.rows).toEqual([{ count: 0 }]);
    await dispose();
  });

  it('leave a connection for reads where there are two', async () => {
    const { store, schema, dispose } = await openThrowawayStore(server, { maxConnections: 2 });
    const answers = await whileLocked(schema, async () => {
      const created = createAll(store);
      await until(async () => (await batchesUnderWay()) === 1);
      expect(await store.get('task-1')).toBeNull();
      expect(await batchesUnderWay()).toBe(1);
      return { created };
    });
    expect(await answers.created).toEqual(ids.map(() => 'applied'));
    await dispose();
  });

  it('are done in their order, task by task, whatever answers are lost', async () => {
    const proxy = await TcpProxy.to(server.port);
    const connectionString = server.connectionString('postgres', proxy.port);
    const { store, dispose } = await openThrowawayStore(server, { connectionString });
    const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
    const some = ids.slice(0, 300);
    for (let round = 1; round <= 3; round++) {
      proxy.cutAnswerTo('apply_changes', round);
      // Nobody waits for anybody: all of them are there at once.
      const lives = some.map(async (name) => {
        const id = `${name}-${round}`;
        const writer = new Writer(store, `monitor-${id}`);
        const answers = await Promise.all([
          writer.create(id),
          writer.start(id),
          writer.progress(id, 1),
          writer.progress(id, 2),
          writer.complete(id),
        ]);
        return answers.map(({ outcome, task }) => [
          outcome,
          task?.version,
          task?.progress?.current,
        ]);
      });
      for (const answers of await Promise.all(lives)) {
        const done = answers.map(([outcome, ...rest]) => [
          outcome === 'duplicate' ? 'applied' : outcome,
          ...rest,
        ]);
        // What was done although its answer was lost is answered with the task as it is by then.
        expect(done.map(([outcome]) => outcome)).toEqual(Array(5).fill('applied'));
        expect(done.at(-1)).toEqual(['applied', 5, 2]);
      }
      expect(proxy.answersCut).toBe(round);
    }
    const { changes } = await store.changesAfter(position, { limit: 100_000, waitMs: 0 });
    expect(changes).toHaveLength(3 * some.length * 5);
    const told = new Map<string, (number | string)[]>();
    for (const change of changes) {
      if (change.type === 'task.removed') continue;
      const { id, version } = change.task;
      told.set(id, [...(told.get(id) ?? []), change.type.slice('task.'.length), version]);
    }
    const life = ['registered', 1, 'started', 2, 'progress', 3, 'progress', 4, 'completed', 5];
    expect([...told.values()]).toEqual(Array(3 * some.length).fill(life));
    await dispose();
    await proxy.close();
  });

  async function createAll(store: PostgresStore): Promise<readonly string[]> {
    const writer = new Writer(store, 'monitor-1');
    const answers = await Promise.all(ids.map((id) => writer.create(id)));
    return answers.map(({ outcome }) => outcome);
  }

  /** Nothing is written while `work` is done. */
  async function whileLocked<T>(schema: string, work: () => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: server.connectionString() });
    await client.connect();
    try {
      await client.query(`BEGIN; SELECT FROM ${schema}.meta FOR UPDATE`);
      return await work();
    } finally {
      await client.end();
    }
  }

  async function batchesUnderWay(): Promise<number> {
    const { rows } = await server.query(
      `SELECT count(*)::int AS count FROM pg_stat_activity
         WHERE state = 'active' AND query LIKE 'SELECT%apply_changes%' AND pid <> pg_backend_pid()`,
    );
    return (rows[0] as { count: number }).count;
  }
});

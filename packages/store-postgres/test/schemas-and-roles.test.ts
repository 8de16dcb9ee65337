import { PostgresStore } from '../src/index.js';
import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';
import { live, Writer } from './writes.js';

const LIVED = ['applied 1', 'applied 2', 'applied 3', 'applied 4', 'applied 5'];

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

describe('a schema', () => {
  for (const schema of [
    'tasks"; DROP SCHEMA public CASCADE; --',
    '"quoted"',
    "it's",
    'Überwachung 日本 🐘',
    'with space.and.dot',
    '$1 $body$ $$',
    'a'.repeat(63),
    'select',
  ]) {
    it(`may be called ${schema}`, async () => {
      const { store, another, dispose } = await openThrowawayStore(server, { schema });
      const position = (await store.changesAfter(null, { limit: 1, waitMs: 0 })).position;
      expect(await live(new Writer(store, 'monitor-1'), 'task-1')).toEqual(LIVED);
      const other = await another();
      expect((await other.changesAfter(position, { limit: 10, waitMs: 0 })).changes).toHaveLength(
        5,
      );
      expect((await new Writer(other, 'monitor-2').remove('task-1')).outcome).toBe('applied');
      const { rows } = await server.query(
        `SELECT count(*)::int AS count FROM information_schema.schemata WHERE schema_name = $1`,
        [schema],
      );
      expect(rows).toEqual([{ count: 1 }]);
      await dispose();
    });
  }

  for (const schema of ['', 'a'.repeat(64), '日'.repeat(22), 'pg_tasks', 'a\u0000b', '\ud83d', 7]) {
    it(`may not be called ${JSON.stringify(schema)}`, async () => {
      const connectionString = server.connectionString();
      const opening = PostgresStore.open({ connectionString, schema: schema as string });
      await expect(opening).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: expect.stringContaining('`schema`') as unknown,
      });
      expect(() => PostgresStore.migrations(schema as string)).toThrow('`schema`');
    });
  }
});

describe('a role that may create nothing', () => {
  it('works on tables that were made for it, and is told what to do where there are none', async () => {
    const database = await server.createDatabase();
    const schema = 'task "monitor"';
    await server.query('CREATE ROLE app LOGIN', [], database);
    await server.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await server.query(`GRANT CONNECT ON DATABASE ${database} TO app`);
    const connectionString = server.connectionString(database).replace('postgres@', 'app@');
    const options = { connectionString, schema, migrate: false };

    await expect(PostgresStore.open(options)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('PostgresStore.migrations') as unknown,
    });
    await expect(PostgresStore.open({ connectionString, schema })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { sqlState: '42501' },
    });

    // It may be run again.
    await server.query(PostgresStore.migrations(schema), [], database);
    await server.query(PostgresStore.migrations(schema), [], database);
    await server.query(
      `GRANT USAGE ON SCHEMA "task ""monitor""" TO app;
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "task ""monitor""" TO app`,
      [],
      database,
    );
    for (const migrate of [false, true]) {
      const store = await PostgresStore.open({ ...options, migrate });
      const id = `task-${String(migrate)}`;
      expect(await live(new Writer(store, `monitor-${id}`), id)).toEqual(LIVED);
      await store.close();
    }
  });
});

it('refuses tables that are newer than it can work with, and takes newer ones that it can', async () => {
  const { store, schema, another, dispose } = await openThrowawayStore(server);
  await store.close();
  await server.query(`INSERT INTO ${schema}.migrations (number, compatible_with) VALUES (5, 2)`);
  expect(await (await another()).get('task-1')).toBeNull();
  await server.query(`INSERT INTO ${schema}.migrations (number, compatible_with) VALUES (6, 6)`);
  for (const migrate of [true, false]) {
    await expect(another({ migrate })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('version 6') as unknown,
    });
  }
  await dispose();
});

it('works where transactions are serializable unless told otherwise', async () => {
  const database = await server.createDatabase();
  await server.query(
    `ALTER DATABASE ${database} SET default_transaction_isolation = 'serializable'`,
  );
  const store = await PostgresStore.open({ connectionString: server.connectionString(database) });
  const lives = ['a', 'b', 'c'].map((id) => live(new Writer(store, id), `task-${id}`));
  expect(await Promise.all(lives)).toEqual([LIVED, LIVED, LIVED]);
  await store.close();
});

describe('options', () => {
  const connectionString = 'postgres://nobody:secret@127.0.0.1:1/none';

  for (const [options, message] of [
    [{}, 'either `connectionString` or `pool`'],
    [{ connectionString, pool: { connect: () => {}, on: () => {}, options: {} } }, 'either'],
    [{ connectionString: 7 }, '`connectionString` to be a string'],
    [{ pool: {} }, '`pool` to be a pool of the package `pg`'],
    [{ connectionString, keptChanges: 0 }, '`keptChanges` to be a positive integer'],
    [{ connectionString, migrate: 'no' }, '`migrate` to be true or false'],
    [{ connectionString, shema: 'x' }, 'Did you mean `schema`?'],
  ] as const) {
    it(`are refused: ${message}`, async () => {
      const error = await PostgresStore.open(options as never).catch((reason: Error) => reason);
      expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
      expect((error as Error).message).toContain(message);
      expect(JSON.stringify(error)).not.toContain('secret');
    });
  }

  it('that lead to no server are told within seconds, without the password', async () => {
    const error = await PostgresStore.open({ connectionString }).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((error as Error).message).not.toContain('secret');
  });
});

import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';
import { CREATED_AT, Writer } from './writes.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

const LOST: Readonly<Record<string, (schema: string) => string>> = {
  '`meta`': (schema) => `DELETE FROM ${schema}.meta`,
  '`lease_search`': (schema) => `DELETE FROM ${schema}.lease_search`,
  '`migrations`': (schema) => `DELETE FROM ${schema}.migrations`,
  'table `migrations`': (schema) => `DROP TABLE ${schema}.migrations`,
};

for (const [what, statement] of Object.entries(LOST)) {
  it(`never takes a store for a new one whose ${what} is lost`, async () => {
    const { store, another, schema, dispose } = await openThrowawayStore(server);
    await new Writer(store, 'monitor-1').create('task-1');
    await server.query(statement(schema));
    for (const migrate of [true, false])
      await expect(another({ migrate })).rejects.toMatchObject({
        code: 'STORE_CORRUPT',
        message: expect.stringMatching(new RegExp(`^The schema .* ${what}.*Restore a backup`, 's')),
        details: { schema: expect.any(String) },
      });
    const { rows } = await server.query(`SELECT id FROM ${schema}.tasks`);
    expect(rows).toEqual([{ id: 'task-1' }]);
    await dispose();
  });
}

it('takes tables of an earlier version for what they are, where it may not bring them up to date', async () => {
  const { another, schema, dispose } = await openThrowawayStore(server);
  await server.query(`DELETE FROM ${schema}.migrations WHERE number > 2`);
  await expect(another({ migrate: false })).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining('has not the tables of this version'),
  });
  await dispose();
});

it('says so to every call when its rows are lost while it is open', async () => {
  const { store, schema, dispose } = await openThrowawayStore(server);
  const writer = new Writer(store, 'monitor-1');
  await writer.create('task-1');
  const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
  await server.query(`DELETE FROM ${schema}.meta; DELETE FROM ${schema}.lease_search`);
  const request = { completedBefore: CREATED_AT, keepFinished: 0, filter: {}, limit: 10 };
  for (const call of [
    () => writer.create('task-2'),
    () => writer.start('task-1'),
    () => writer.start('task-404'),
    () => store.changesAfter(null, { limit: 1, waitMs: 0 }),
    () => store.changesAfter(position, { limit: 1, waitMs: 0 }),
    () =>
      store.renewLease({
        owner: { id: 'owner-1', host: 'ingest-3', pid: 1 },
        bootId: '',
        pidStart: '',
        durationMs: 30_000,
        renew: false,
      }),
  ])
    await expect(call()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  expect(await store.prune({ ...request, operation: writer.operation() })).toMatchObject({
    removed: 0,
  });
  expect(await store.get('task-1')).toMatchObject({ id: 'task-1', status: 'pending' });
  expect(await store.get('task-2')).toBeNull();
  await dispose();
});

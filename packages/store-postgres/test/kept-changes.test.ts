import { randomBytes } from 'node:crypto';
import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';
import { Writer } from './writes.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

/** Of the changes in `schema`, and how many bytes of the tasks they hold. */
async function kept(schema: string): Promise<{ first: number; bytes: number }> {
  const { rows } = await server.query(
    `SELECT min(position)::int AS first, sum(coalesce(pg_column_size(state), 0) + coalesce(pg_column_size(result), 0)
         + coalesce(pg_column_size(lines), 0) + coalesce(pg_column_size(ids), 0))::int AS bytes
     FROM ${schema}.changes`,
  );
  return rows[0] as { first: number; bytes: number };
}

/** Which does not become smaller when it is compressed. */
function noise(bytes: number): string {
  return randomBytes((bytes * 3) / 4).toString('base64');
}

describe('forget_large_changes', () => {
  it('keeps the newest changes that are no larger together, and the last one in any case', async () => {
    const { store, schema, dispose } = await openThrowawayStore(server);
    const writer = new Writer(store, 'monitor-1');
    await writer.create('task-1');
    await writer.start('task-1');
    for (let line = 0; line < 10; line++) await writer.log('task-1', noise(40_000));
    const forget = async (bytes: number): Promise<unknown> =>
      (await server.query(`SELECT ${schema}.forget_large_changes($1)::int AS kept`, [bytes]))
        .rows[0];
    expect(await forget(1_000_000)).toEqual({ kept: 0 });
    // 4 of 12.
    expect(await forget(170_000)).toEqual({ kept: 8 });
    expect(await forget(170_000)).toEqual({ kept: 8 });
    expect(await forget(1_000_000)).toEqual({ kept: 8 });
    expect(await forget(1)).toEqual({ kept: 11 });
    await dispose();
  });
});

describe('the changes that are kept', () => {
  it('are fewer when they are large together', async () => {
    const { store, schema, dispose } = await openThrowawayStore(server);
    const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
    const writer = new Writer(store, 'monitor-1');
    await writer.create('task-1');
    await writer.start('task-1');
    for (let round = 0; round < 21; round++)
      await Promise.all(Array.from({ length: 100 }, () => writer.log('task-1', noise(60_000))));
    // 126 MB. It is looked beside the writes, so the last look may be one of those that come now.
    do await writer.log('task-1', 'embedding');
    while ((await kept(schema)).first <= 500);
    const { first, bytes } = await kept(schema);
    expect(first).toBeLessThan(1_500);
    expect(bytes).toBeLessThan(100_000_000);
    expect((await store.changesAfter(position, { limit: 1, waitMs: 0 })).reset).toBe(true);
    await dispose();
  }, 240_000);
});

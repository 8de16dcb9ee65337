import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';
import { Writer } from './writes.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

describe('audit of a schema', () => {
  it('finds a counter that is wrong', async () => {
    const { store, schema, dispose } = await openThrowawayStore(server);
    const writer = new Writer(store, 'monitor-1');
    await writer.create('task-1');
    await writer.create('task-2');
    await writer.start('task-2');
    await server.query(
      `UPDATE ${schema}.counts SET pending = 7, cancelled = 2 WHERE kind = 'all' AND key = ''`,
    );
    const { counted, recounted } = await store.audit();
    expect([counted, recounted]).toMatchObject([
      { pending: 7, running: 1, cancelled: 2 },
      { pending: 1, running: 1, cancelled: 0 },
    ]);
    await dispose();
  });

  it('rejects as any call does where the tables are gone', async () => {
    const { store, schema, dispose } = await openThrowawayStore(server);
    await server.query(`ALTER TABLE ${schema}.counts RENAME TO counts_before`);
    await expect(store.audit()).rejects.toMatchObject({
      name: 'TaskMonitorError',
      code: expect.stringMatching(/^STORE_/) as string,
    });
    await dispose();
  });
});

import { PostgresServer } from '../test/postgres-server.js';
import { live, Writer } from '../test/writes.js';
import { PostgresStore } from './index.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

for (const encoding of ['LATIN1', 'SQL_ASCII']) {
  for (const migrate of [true, false]) {
    it(`refuses a database with ${encoding} with migrate: ${migrate}, and makes nothing in it`, async () => {
      const database = `of_${encoding.toLowerCase()}_${migrate}`;
      await server.query(
        `CREATE DATABASE ${database} ENCODING '${encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`,
      );
      const connectionString = server.connectionString(database);
      await expect(PostgresStore.open({ connectionString, migrate })).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: `The database "${database}" has the encoding ${encoding}, which cannot hold every text; PostgresStore needs UTF8. Make a database with it, such as CREATE DATABASE tasks ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0, and open that.`,
        details: { database, encoding },
      });
      const schemas = `SELECT FROM pg_namespace WHERE nspname = 'task_monitor'`;
      expect((await server.query(schemas, [], database)).rowCount).toBe(0);
    });
  }
}

it('takes a database that was made as it says there', async () => {
  await server.query(
    `CREATE DATABASE tasks ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
  );
  const store = await PostgresStore.open({ connectionString: server.connectionString('tasks') });
  expect(await live(new Writer(store, 'monitor-1'), 'Überwachung 日本 🐘')).toHaveLength(5);
  expect(await store.get('Überwachung 日本 🐘')).toMatchObject({ status: 'completed' });
  await store.close();
});

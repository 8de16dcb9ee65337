import { TaskMonitor } from '@task-monitor/core';
import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

it('says that a database takes no writes, still reads, and goes on when it does', async () => {
  const database = await server.createDatabase();
  const connectionString = server.connectionString(database);
  const { store, another } = await openThrowawayStore(server, { connectionString });
  const monitor = new TaskMonitor({ store, retention: false, onError: () => {} });
  const { id } = await monitor.register({ type: 'ingest' });
  await makeReadOnly('on');

  const refused = await Promise.allSettled([monitor.register(), monitor.start(id)]);
  for (const answer of refused)
    expect(answer).toMatchObject({
      status: 'rejected',
      reason: {
        code: 'STORE_UNAVAILABLE',
        message: expect.stringMatching(
          /^PostgreSQL takes no writes now: it is a standby, or `default_transaction_read_only` is on/,
        ),
        cause: { code: '25006' },
      },
    });
  expect(await monitor.get(id)).toMatchObject({ id, status: 'pending' });
  expect((await monitor.list({ type: 'ingest' })).tasks).toHaveLength(1);
  expect(await monitor.count('pending')).toBe(1);
  // Whoever opens it then may read, too.
  expect(await (await another()).get(id)).toMatchObject({ id });

  await makeReadOnly('off');
  expect(await monitor.start(id)).toMatchObject({ status: 'running', version: 2 });
  expect(await monitor.count()).toBe(1);
  await monitor.close();
  await (await another()).close();

  /** For sessions that begin from now on, and there are no others. */
  async function makeReadOnly(value: 'on' | 'off'): Promise<void> {
    await server.query(`ALTER DATABASE ${database} SET default_transaction_read_only = ${value}`);
    await server.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
      [database],
    );
  }
});

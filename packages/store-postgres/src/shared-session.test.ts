import pg from 'pg';
import { describeWithPgbouncer, Pgbouncer } from '../test/pgbouncer.js';
import { PostgresServer } from '../test/postgres-server.js';
import { isSessionShared, WHICH_SESSION } from './shared-session.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

async function isShared(connectionString: string): Promise<boolean> {
  const clients = [new pg.Client({ connectionString }), new pg.Client({ connectionString })];
  const [client, other] = clients as [pg.Client, pg.Client];
  for (const each of clients) await each.connect();
  const elsewhere = async () => (await other.query<{ session: number }>(WHICH_SESSION)).rows[0];
  try {
    return await isSessionShared(client, async () => Number((await elsewhere())?.session));
  } finally {
    for (const each of clients) await each.end();
  }
}

it('says no of a connection to the server itself', async () => {
  expect(await isShared(server.connectionString())).toBe(false);
});

describeWithPgbouncer('through pgbouncer', () => {
  for (const [settings, answer] of [
    [{ pool_mode: 'session' }, false],
    [{ pool_mode: 'transaction' }, true],
    [{ pool_mode: 'transaction', server_round_robin: '1' }, true],
    [{ pool_mode: 'transaction', default_pool_size: '1' }, true],
    [{ pool_mode: 'statement' }, true],
  ] as const) {
    it(`says ${answer ? 'yes' : 'no'} with ${JSON.stringify(settings)}`, async () => {
      const bouncer = await Pgbouncer.before(server, settings);
      expect(await isShared(bouncer.connectionString())).toBe(answer);
      await bouncer.dispose();
    });
  }
});

import pg from 'pg';
import { describeWithPgbouncer, Pgbouncer } from '../test/pgbouncer.js';
import { PostgresServer } from '../test/postgres-server.js';
import { PreparedStatements } from './prepared-statements.js';

const TEXT = 'SELECT $1::int + 1, $2::text';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
}, 120_000);

afterAll(() => server.dispose());

async function withClient(
  connectionString: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function preparedIn(client: pg.Client): Promise<readonly unknown[]> {
  const { rows } = await client.query<{ statement: string }>(
    'SELECT statement FROM pg_prepared_statements',
  );
  return rows.map(({ statement }) => statement);
}

describe('a prepared statement', () => {
  it('is prepared once, and answers with texts', async () => {
    await withClient(server.connectionString(), async (client) => {
      const statements = new PreparedStatements();
      expect(await statements.ask(client, 'add', TEXT, [1, 'ä'])).toEqual([['2', 'ä']]);
      expect(await statements.ask(client, 'add', TEXT, [2, null])).toEqual([['3', null]]);
      expect(await preparedIn(client)).toEqual([TEXT]);
    });
  });

  it('can be asked again after it failed', async () => {
    await withClient(server.connectionString(), async (client) => {
      const statements = new PreparedStatements();
      for (let round = 0; round < 2; round++) {
        await expect(statements.ask(client, 'add', TEXT, ['many', 'a'])).rejects.toMatchObject({
          code: '22P02',
        });
        expect(await statements.ask(client, 'add', TEXT, [1, 'a'])).toEqual([['2', 'a']]);
      }
    });
  });

  it('is not asked any more where the session lost it', async () => {
    await withClient(server.connectionString(), async (client) => {
      const statements = new PreparedStatements();
      await statements.ask(client, 'add', TEXT, [1, 'a']);
      await client.query('DEALLOCATE ALL');
      expect(await statements.ask(client, 'add', TEXT, [1, 'a'])).toBeNull();
      expect(await statements.ask(client, 'add', TEXT, [1, 'a'])).toBeNull();
      expect(await preparedIn(client)).toEqual([]);
    });
  });

  it('is asked in another way once where a column became another one, and prepared anew after that', async () => {
    await withClient(server.connectionString(), async (client) => {
      const statements = new PreparedStatements();
      await client.query('CREATE TEMPORARY TABLE lengths (metres int)');
      await client.query('INSERT INTO lengths VALUES (7)');
      const ask = () => statements.ask(client, 'lengths', 'SELECT metres FROM lengths', []);
      expect(await ask()).toEqual([['7']]);
      await client.query('ALTER TABLE lengths ALTER COLUMN metres TYPE numeric(9, 1)');
      expect(await ask()).toBeNull();
      expect(await ask()).toEqual([['7.0']]);
    });
  });

  it('leaves no timer of the driver behind, answered or refused', async () => {
    await withClient(`${server.connectionString()}?query_timeout=600000`, async (client) => {
      const statements = new PreparedStatements();
      await statements.ask(client, 'add', TEXT, [1, 'a']);
      const timers = () =>
        process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
      const before = timers();
      for (let round = 0; round < 50; round++) {
        await statements.ask(client, 'add', TEXT, [1, 'a']);
        await expect(statements.ask(client, 'add', TEXT, ['many', 'a'])).rejects.toThrow('integer');
      }
      // A hundred would be left; a few of whatever else runs in this process come and go.
      expect(timers()).toBeLessThan(before + 50);
    });
  });

  it('rejects when the connection ends', async () => {
    await withClient(server.connectionString(), async (client) => {
      client.on('error', () => {});
      const ended = new PreparedStatements().ask(
        client,
        'end',
        'SELECT pg_terminate_backend(pg_backend_pid())',
        [],
      );
      await expect(ended).rejects.toThrow('terminating connection');
    });
  });
});

describeWithPgbouncer('through pgbouncer', () => {
  it('nothing is prepared, as the session may be given to others', async () => {
    const bouncer = await Pgbouncer.before(server, { pool_mode: 'transaction' });
    await withClient(bouncer.connectionString(), async (client) => {
      expect(await new PreparedStatements().ask(client, 'add', TEXT, [1, 'a'])).toBeNull();
      expect(await preparedIn(client)).toEqual([]);
    });
    await bouncer.dispose();
  });
});

import dns from 'node:dns';
import { jest } from '@jest/globals';
import { PostgresStore } from '../src/index.js';
import { PostgresServer } from './postgres-server.js';
import { until } from './until.js';
import { live, Writer } from './writes.js';

const LIVED = ['applied 1', 'applied 2', 'applied 3', 'applied 4', 'applied 5'];

const NAME = 'database.test';

let server: PostgresServer;
let isKnown = true;
let refused = 0;

beforeAll(async () => {
  server = await PostgresServer.start();
});

beforeEach(() => {
  isKnown = true;
  refused = 0;
  jest.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => server.dispose());

type Found = (
  error: Error | null,
  address?: string | readonly dns.LookupAddress[],
  family?: number,
) => void;

/** As a container network answers, which forgets a name while its server is started again. */
function lookup(hostname: string, options: dns.LookupOptions, found: Found): void {
  process.nextTick(() => {
    if (hostname === NAME && isKnown) {
      const address = { address: '127.0.0.1', family: 4 };
      if (options.all === true) found(null, [address]);
      else found(null, address.address, address.family);
      return;
    }
    refused++;
    const message = `getaddrinfo ENOTFOUND ${hostname}`;
    found(
      Object.assign(new Error(message), { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname }),
    );
  });
}

function connectionString(): string {
  return server.connectionString().replace('127.0.0.1', NAME);
}

it('waits for a server whose name is not known for a moment', async () => {
  const store = await PostgresStore.open({ connectionString: connectionString() });
  isKnown = false;
  await server.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'task-monitor'`,
  );
  let answered = false;
  const living = live(new Writer(store, 'monitor-1'), 'task-1').finally(() => (answered = true));
  await until(() => refused > 3 || answered);
  isKnown = true;
  expect(await living).toEqual(LIVED);
  expect(await store.get('task-2')).toBeNull();
  await store.close();
});

it('tells a wrong name at once when it is opened', async () => {
  isKnown = false;
  await expect(PostgresStore.open({ connectionString: connectionString() })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: `PostgreSQL did not do it: getaddrinfo ENOTFOUND ${NAME}`,
  });
  expect(refused).toBe(1);
});

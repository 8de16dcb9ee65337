import { checkConnectionString } from './connection-string.js';
import { PostgresStore } from './index.js';

const EXPECTED =
  'Expected `connectionString` to be a URL such as postgres://user:password@host:5432/name, but it ';

describe('checkConnectionString', () => {
  it.each([
    ['', 'is empty; set the environment variable that it is taken from.'],
    [' ', 'is empty; set the environment variable that it is taken from.'],
    ['not a url', 'does not begin with postgres:// or postgresql://.'],
    ['secret', 'does not begin with postgres:// or postgresql://.'],
    ['mysql://app:secret@host/name', 'does not begin with postgres:// or postgresql://.'],
    ['host=localhost password=secret', 'does not begin with postgres:// or postgresql://.'],
    ['postgres://app:secret@host:99999/name', 'is no valid URL'],
    ['postgres://app:secret#1@host/name', 'is no valid URL'],
    ['postgres://app:secret@one:5432,two:5432/name', 'is no valid URL'],
    ['postgres://app:secret%ff@host/name', 'is no valid URL'],
  ])('refuses %j, and shows nothing of it', async (connectionString, message) => {
    const error = await PostgresStore.open({ connectionString }).catch((reason: Error) => reason);
    expect(error).toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining(EXPECTED + message) as unknown,
      details: { option: 'connectionString' },
    });
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain('secret');
    expect((error as Error).cause).toBeUndefined();
  });

  it.each([
    'postgres://app:secret@host:5432/name',
    'postgresql://app:secret@host/name?application_name=x',
    'postgres://app:secret%23@[::1]:5432/name',
    'postgres://app:pass word@host/name',
    'postgres:///name?host=/var/run/postgresql',
    'postgres://app@/name?host=/var/run/postgresql',
    'postgres://%2Fvar%2Frun%2Fpostgresql/name',
    '/var/run/postgresql name',
    'socket:/var/run/postgresql?db=name',
    'postgres://host/name?sslmode=no-verify&sslrootcert=/nowhere/root.crt',
  ])('takes %j', (connectionString) => {
    expect(() => checkConnectionString(connectionString)).not.toThrow();
  });
});

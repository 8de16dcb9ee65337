import pg from 'pg';
import { PostgresServer } from '../test/postgres-server.js';
import { plainArray, textArray } from './array-parameter.js';

let server: PostgresServer;
let client: pg.Client;

beforeAll(async () => {
  server = await PostgresServer.start();
  client = new pg.Client({ connectionString: server.connectionString() });
  await client.connect();
}, 120_000);

afterAll(async () => {
  await client.end();
  await server.dispose();
});

async function read(type: string, array: Buffer | string | null): Promise<unknown> {
  const { rows } = await client.query<{ read: unknown }>(
    `SELECT array_to_json($1::${type}[]) AS read`,
    [array],
  );
  return rows[0]?.read;
}

describe('an array', () => {
  it('of texts is read by the server as it was', async () => {
    const texts = ['plain', '', null, '"quoted", {braced}\\', 'NULL', 'äöü 漢字 🐘', '\n'];
    expect(await read('text', textArray('text', texts))).toEqual(texts);
  });

  it('of JSON is read by the server as it was', async () => {
    const values = [{ a: 'ä "b"' }, [1, 2], 'text'];
    const texts = [...values.map((value) => JSON.stringify(value)), undefined];
    expect(await read('json', textArray('json', texts))).toEqual([...values, null]);
  });

  it('of texts that are no UTF-16 stays one array, with a replacement for what is none', async () => {
    const texts = ['before', 'a\ud800b', '\udfff', 'after'];
    expect(await read('text', textArray('text', texts))).toEqual([
      'before',
      'a\ufffdb',
      '\ufffd',
      'after',
    ]);
  });

  it('of numbers and truths is read by the server as it was', async () => {
    expect(await read('bigint', plainArray([1, null, 9007199254740991]))).toEqual([
      1,
      null,
      9007199254740991,
    ]);
    expect(await read('float8', plainArray([1764000000000.5, undefined]))).toEqual([
      1764000000000.5,
      null,
    ]);
    expect(await read('boolean', plainArray([true, false]))).toEqual([true, false]);
  });

  it('with nothing in it is null', () => {
    expect(textArray('text', [null, undefined])).toBeNull();
    expect(plainArray([])).toBeNull();
  });
});

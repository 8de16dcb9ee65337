import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import type { LeaseRequest } from '@task-monitor/core';
import { PostgresServer } from './postgres-server.js';
import { TcpProxy } from './tcp-proxy.js';
import { openThrowawayStore } from './throwaway-store.js';
import { timed, until } from './until.js';
import { aNewTask, CREATED_AT, live, Writer } from './writes.js';

const LIVED = ['applied 1', 'applied 2', 'applied 3', 'applied 4', 'applied 5'];

const LEASE: LeaseRequest = {
  owner: { id: 'owner-1', host: 'ingest-3', pid: 4711 },
  bootId: 'boot-7',
  pidStart: '123456',
  durationMs: 30_000,
  renew: false,
};

let server: PostgresServer;
const proxies: TcpProxy[] = [];

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

afterAll(() => server.dispose());

async function throughProxy() {
  const proxy = await TcpProxy.to(server.port);
  proxies.push(proxy);
  const opened = await openThrowawayStore(server, {
    connectionString: server.connectionString('postgres', proxy.port),
  });
  return { proxy, ...opened };
}

it('goes on while the server ends every connection again and again', async () => {
  const opened = await openThrowawayStore(server, { keptChanges: 1_000_000 });
  const { store, another, dispose } = opened;
  const stores = [store, await another()];
  const position = (await store.changesAfter(null, { limit: 1, waitMs: 0 })).position;
  const killer = new pg.Client({ connectionString: server.connectionString() });
  await killer.connect();
  let killed = 0;
  /** How many lives each of them has had. */
  const lives = Array.from({ length: 20 }, () => 0);
  const living = Promise.all(
    lives.map(async (_, index) => {
      for (let round = 0; killed < 30 || round < 5; round++) {
        const id = `task-${index}-${round}`;
        const answers = await live(new Writer(stores[index % 2] ?? store, `monitor-${id}`), id);
        expect(answers.map((answer) => answer.replace('duplicate', 'applied'))).toEqual(LIVED);
        lives[index] = round + 1;
      }
    }),
  );
  let hasFailed = false;
  living.catch(() => (hasFailed = true));
  while (killed < 30 && !hasFailed) {
    const { rowCount } = await killer.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE pid <> pg_backend_pid() AND application_name = 'task-monitor'`,
    );
    killed += rowCount ?? 0;
    // All of them get on in between: no more than two ends take something of the 5 s that a write has.
    const before = [...lives];
    await until(() => hasFailed || lives.every((count, index) => count > (before[index] ?? 0)));
  }
  await living;
  const all = lives.reduce((sum, count) => sum + count, 0);
  const { changes } = await store.changesAfter(position, { limit: 1_000_000, waitMs: 0 });
  expect(changes).toHaveLength(all * 5);
  expect(await store.counts({})).toMatchObject({ completed: all, running: 0, pending: 0 });
  await killer.end();
  await dispose();
}, 240_000);

it('waits for a server that lets nobody in for a moment', async () => {
  const { proxy, store, dispose } = await throughProxy();
  proxy.refuse(true);
  const living = live(new Writer(store, 'monitor-1'), 'task-1');
  const lease = store.renewLease(LEASE);
  await until(() => proxy.refused > 3);
  proxy.refuse(false);
  expect(await living).toEqual(LIVED);
  expect((await lease).outcome).toBe('held');
  await dispose();
});

it('is opened where the first connection was not answered in time', async () => {
  let connections = 0;
  const sockets: Socket[] = [];
  const gate = createServer((client) => {
    sockets.push(client.on('error', () => {}));
    if (++connections === 1) return;
    const way = connect(server.port, '127.0.0.1').on('error', () => {});
    client.pipe(way).pipe(client);
  });
  await once(gate.listen(0, '127.0.0.1'), 'listening');
  const { port } = gate.address() as AddressInfo;
  const connectionString = server.connectionString('postgres', port);
  const { store, dispose } = await openThrowawayStore(server, { connectionString });
  expect(await store.get('task-1')).toBeNull();
  expect(connections).toBeGreaterThan(1);
  await dispose();
  for (const socket of sockets) socket.destroy();
  await once(gate.close(), 'close');
});

it('goes on where the server ends connections that are idle', async () => {
  const database = await server.createDatabase();
  await server.query(`ALTER DATABASE ${database} SET idle_session_timeout = '200ms'`);
  const connectionString = server.connectionString(database);
  const { store, close } = await openThrowawayStore(server, { connectionString });
  for (const id of ['task-1', 'task-2', 'task-3']) {
    expect(await live(new Writer(store, `monitor of ${id}`), id)).toEqual(LIVED);
    // While nothing else can happen here: the end of the connection is read as the answer to what is asked next.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    expect(await store.get(id)).toMatchObject({ status: 'completed' });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    expect((await store.renewLease(LEASE)).outcome).toBe('held');
  }
  await close();
});

it('answers every call after some 5 s when the way to the server says nothing any more', async () => {
  const { proxy, store, dispose } = await throughProxy();
  const writer = new Writer(store, 'monitor-1');
  const operation = writer.operation();
  const create = () => store.create({ task: aNewTask(), idempotencyKey: null, operation });
  const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
  proxy.silence(true);
  const calls = [
    create(),
    store.get('task-1'),
    store.list({ filter: {}, order: 'newest', after: null, limit: 10 }),
    store.counts({}),
    store.output('task-1', 0),
    store.changesAfter(position, { limit: 1, waitMs: 0 }),
    store.renewLease(LEASE),
    store.releaseLease('owner-1'),
    store.prune({
      completedBefore: CREATED_AT,
      keepFinished: 0,
      filter: {},
      limit: 10,
      operation: writer.operation(),
    }),
  ];
  for (const { code, ms } of await Promise.all(calls.map(timed))) {
    expect(code).toBe('STORE_UNAVAILABLE');
    expect(ms).toBeLessThan(9_500);
  }
  proxy.silence(false);
  proxy.cut();
  expect((await create()).task?.version).toBe(1);
  expect(await store.counts({})).toMatchObject({ pending: 1 });
  await dispose();
});

it('answers when somebody else keeps the tables locked, and writes nothing twice then', async () => {
  const { store, schema, dispose } = await openThrowawayStore(server);
  const operation = new Writer(store, 'monitor-1').operation();
  const create = () => store.create({ task: aNewTask(), idempotencyKey: null, operation });
  const locker = new pg.Client({ connectionString: server.connectionString() });
  await locker.connect();
  await locker.query(`BEGIN; LOCK TABLE ${schema}.meta, ${schema}.counts IN ACCESS EXCLUSIVE MODE`);
  for (const { code, ms } of await Promise.all([timed(create()), timed(store.counts({}))])) {
    expect(code).toBe('STORE_UNAVAILABLE');
    expect(ms).toBeLessThan(9_500);
  }
  await locker.query('COMMIT');
  await locker.end();
  expect((await create()).task).toMatchObject({ id: 'task-1', version: 1, number: 1 });
  expect(await store.counts({})).toMatchObject({ pending: 1 });
  await dispose();
});

describe("a program's own pool", () => {
  it('loses no lease when it is exhausted, and is not ended with the store', async () => {
    const pool = new pg.Pool({ connectionString: server.connectionString(), max: 1 });
    const { store, dispose } = await openThrowawayStore(server, { pool });
    const only = await pool.connect();
    expect((await store.renewLease(LEASE)).outcome).toBe('held');
    const get = timed(store.get('task-1'));
    expect((await store.renewLease({ ...LEASE, renew: true })).outcome).toBe('held');
    expect(await get).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((await get).ms).toBeLessThan(9_500);
    only.release();
    expect(await store.get('task-1')).toBeNull();
    await store.close();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await dispose();
    await pool.end();
  });

  it('has one listener more on a connection, however many stores use it', async () => {
    const connectionString = server.connectionString();
    const pool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 0 });
    const client = await pool.connect();
    const before = client.listenerCount('error');
    client.release();
    const { another, dispose } = await openThrowawayStore(server, { pool });
    for (const id of ['task-1', 'task-2', 'task-3'])
      await new Writer(await another(), `monitor of ${id}`).create(id);
    const again = await pool.connect();
    expect(again).toBe(client);
    expect(again.listenerCount('error')).toBe(before + 1);
    again.release();
    await dispose();
    await pool.end();
  });

  it('may read numbers and JSON in its own way', async () => {
    const types = { getTypeParser: () => () => 'nothing of the kind' };
    const pool = new pg.Pool({
      connectionString: server.connectionString(),
      types: types as unknown as pg.CustomTypesConfig,
    });
    const { store, dispose } = await openThrowawayStore(server, { pool });
    expect(await live(new Writer(store, 'monitor-1'), 'task-1')).toEqual(LIVED);
    expect(await store.get('task-1')).toMatchObject({ number: 1, result: { segments: 80 } });
    await dispose();
    await pool.end();
  });
});

it('is closed before a call would give up that the server does not answer', async () => {
  const { proxy, store } = await throughProxy();
  const writer = new Writer(store, 'monitor-1');
  await writer.create('task-1');
  const pool = new pg.Pool({
    connectionString: server.connectionString('postgres', proxy.port),
    max: 2,
  });
  pool.on('error', () => {});
  const { store: other } = await openThrowawayStore(server, { pool });
  const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
  const waiting = store.changesAfter(position, { limit: 1, waitMs: 3_600_000 });
  // It hears of it, so the store listens.
  await writer.start('task-1');
  await waiting;
  proxy.silence(true);
  const order: string[] = [];
  const settled = (name: string) => (): void => void order.push(name);
  const unanswered = other.get('task-1').catch(settled('another call'));
  const write = writer.progress('task-1', 1).catch(settled('its write'));
  const read = store.get('task-1').catch(settled('its read'));
  // Of time in which this process was held up it counts no more than a tenth of a second.
  let tenths = 0;
  const counting = setInterval(() => tenths++, 100);
  await store.close().then(settled('closed'));
  clearInterval(counting);
  await Promise.all([unanswered, write, read]);
  expect(order.indexOf('its write')).toBeLessThan(order.indexOf('closed'));
  // A call gives up after 48 of them.
  expect(tenths).toBeLessThan(40);
  expect(order).toHaveLength(4);
  proxy.silence(false);
  proxy.cut();
  await other.close();
  await pool.end();
});

it('leaves no connection behind, and ends at once', async () => {
  const { store, another, dispose } = await openThrowawayStore(server);
  const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
  const waiting = store.changesAfter(position, { limit: 1, waitMs: 3_600_000 });
  await new Writer(await another(), 'monitor-1').create('task-1');
  expect((await waiting).changes).toHaveLength(1);
  await dispose();
  const ours = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'task-monitor'`;
  await until(async () => (await server.query(ours)).rows[0].count === 0);
});

import { jest } from '@jest/globals';
import { PostgresServer } from './postgres-server.js';
import { TcpProxy } from './tcp-proxy.js';
import { openThrowawayStore, type ThrowawayStore } from './throwaway-store.js';
import { until } from './until.js';
import { live, Writer } from './writes.js';

let server: PostgresServer;
let proxy: TcpProxy;
let opened: ThrowawayStore;
let warn: { mock: { calls: unknown[] }; mockRestore(): void };

beforeAll(async () => {
  server = await PostgresServer.start();
});

beforeEach(async () => {
  proxy = await TcpProxy.to(server.port);
  opened = await openThrowawayStore(server, {
    connectionString: server.connectionString('postgres', proxy.port),
  });
  warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});

afterEach(async () => {
  warn.mockRestore();
  await opened.dispose();
  await proxy.close();
});

afterAll(() => server.dispose());

it('tells changes of others within seconds where nobody can listen, and warns once', async () => {
  proxy.forbid('LISTEN');
  const { store, another } = opened;
  const writer = await another({ connectionString: server.connectionString() });
  let { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
  for (let round = 1; round <= 3; round++) {
    const waiting = store.changesAfter(position, { limit: 100, waitMs: 3_600_000 });
    await until(() => proxy.refused >= 1);
    await live(new Writer(writer, `monitor-${round}`), `task-${round}`);
    const since = performance.now();
    const { changes } = await waiting;
    expect(changes.length).toBeGreaterThan(0);
    expect(performance.now() - since).toBeLessThan(15_000);
    position = (await store.changesAfter(null, { limit: 1, waitMs: 0 })).position;
  }
  await until(() => proxy.refused >= 2);
  expect(warn.mock.calls).toEqual([
    [
      expect.stringContaining('does not notify'),
      expect.objectContaining({ code: 'TASK_MONITOR_NO_NOTIFY' }),
    ],
  ]);
});

it('ends a wait at its own time, and with what there is, while the server is away', async () => {
  const { store, another } = opened;
  const writer = await another({ connectionString: server.connectionString() });
  const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
  const waiting = store.changesAfter(position, { limit: 100, waitMs: 3_600_000 });
  proxy.refuse(true);
  await until(() => proxy.refused >= 1);
  await live(new Writer(writer, 'monitor-1'), 'task-1');
  proxy.refuse(false);
  expect((await waiting).changes).toHaveLength(5);
});

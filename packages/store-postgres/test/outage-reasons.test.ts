import pg from 'pg';
import { TaskMonitor, type TaskMonitorError } from '@task-monitor/core';
import { PostgresServer } from './postgres-server.js';
import { TcpProxy } from './tcp-proxy.js';
import { openThrowawayStore } from './throwaway-store.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

describe('a monitor whose server takes no writes', () => {
  for (const [name, spoil, reason] of [
    ['nobody listens', (proxy: TcpProxy) => proxy.refuse(true), /terminated|ECONNRESET|EPIPE/],
    ['nobody answers', (proxy: TcpProxy) => proxy.silence(true), /no answer in time|timeout/],
  ] as const) {
    it(`tells every caller why: ${name}`, async () => {
      const proxy = await TcpProxy.to(server.port);
      const { store } = await openThrowawayStore(server, {
        connectionString: server.connectionString('postgres', proxy.port),
      });
      const monitor = new TaskMonitor({ store, retention: false, onError: () => {} });
      const { id } = await monitor.register();
      spoil(proxy);
      const calls = [monitor.register(), monitor.start(id), monitor.get(id), monitor.count()];
      const errors = await Promise.all(calls.map(reasonOf));
      // Before anything is expected: what is left open would keep the process alive.
      proxy.silence(false);
      proxy.refuse(false);
      proxy.cut();
      await monitor.close();
      await proxy.close();
      for (const error of errors) {
        expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', cause: expect.anything() });
        expect(error?.message).toContain('PostgreSQL did not do it');
        expect(error?.message).toMatch(reason);
      }
    });
  }

  it('tells every caller why: somebody else keeps the tables locked', async () => {
    const { store, schema } = await openThrowawayStore(server);
    const monitor = new TaskMonitor({ store, retention: false, onError: () => {} });
    const { id } = await monitor.register();
    const locker = new pg.Client({ connectionString: server.connectionString() });
    locker.on('error', () => {});
    await locker.connect();
    await locker.query(`BEGIN; LOCK TABLE ${schema}.meta IN ACCESS EXCLUSIVE MODE`);
    const ask = () => Promise.all([monitor.register(), monitor.start(id)].map(reasonOf));
    // The server says so a second before the time is up: where this process was held up for longer it asks again.
    let errors = await ask();
    for (let tries = 1; tries < 5 && errors.some(isLate); tries++) errors = await ask();
    for (const error of errors) {
      expect(error?.message).toContain('lock timeout');
      expect(error?.cause).toMatchObject({ code: '55P03' });
    }
    await locker.query('COMMIT');
    await locker.end();
    await monitor.close();
  });
});

function isLate(error: TaskMonitorError | null): boolean {
  return error?.message.includes('no answer in time') ?? false;
}

async function reasonOf(call: Promise<unknown>): Promise<TaskMonitorError | null> {
  return call.then(
    () => null,
    (error: unknown) => error as TaskMonitorError,
  );
}

import { jest } from '@jest/globals';
import pg from 'pg';
import { PostgresServer } from '../test/postgres-server.js';
import { TcpProxy } from '../test/tcp-proxy.js';
import { until } from '../test/until.js';
import { Doorbell, type DoorbellOptions } from './doorbell.js';
import { WHICH_SESSION } from './shared-session.js';

let server: PostgresServer;
let proxy: TcpProxy;
let bells: Doorbell[] = [];

beforeAll(async () => {
  server = await PostgresServer.start();
});

beforeEach(async () => {
  proxy = await TcpProxy.to(server.port);
});

afterEach(async () => {
  jest.useRealTimers();
  await Promise.all(bells.map((bell) => bell.close()));
  bells = [];
  await proxy.close();
});

afterAll(() => server.dispose());

/** One that listens through the proxy, and what it heard. */
function aDoorbell(given: Partial<DoorbellOptions> = {}) {
  const heard = { rings: 0, warnings: [] as unknown[], clients: [] as pg.Client[] };
  const bell = new Doorbell({
    client: () => {
      const client = new pg.Client({
        connectionString: server.connectionString('postgres', proxy.port),
      });
      heard.clients.push(client);
      return client;
    },
    channel: 'the "channel" of 日本',
    notify: (channel, payload) => server.query('SELECT pg_notify($1, $2)', [channel, payload]),
    elsewhere: async () => Number((await server.query(WHICH_SESSION)).rows[0].session),
    rung: () => heard.rings++,
    deaf: (error) => heard.warnings.push(error),
    checkEveryMs: 20,
    // What a busy machine takes is no silence.
    checkWithinMs: 60_000,
    backoffMs: 10,
    ...given,
  });
  bells.push(bell);
  return { bell, heard };
}

describe('a doorbell', () => {
  it('hears others ring, and looks once when it begins to listen', async () => {
    const { bell, heard } = aDoorbell();
    bell.listen();
    await until(() => heard.rings === 1);
    aDoorbell().bell.ring(7);
    await until(() => heard.rings === 2);
    expect(heard.warnings).toEqual([]);
  });

  it('rings ten times a second at most, and says the last position', () => {
    jest.useFakeTimers();
    const sent: { at: number; payload: string }[] = [];
    const { bell } = aDoorbell({
      notify: async (_, payload) => sent.push({ at: performance.now(), payload }),
    });
    for (let position = 1; position <= 1_000; position++) {
      bell.ring(position);
      jest.advanceTimersByTime(1);
    }
    jest.advanceTimersByTime(100);
    const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
    expect(sent.length).toBeGreaterThanOrEqual(10);
    expect(sent.at(-1)?.payload).toBe('1000');
  });

  it('listens again after its connection was cut, and looks what it missed', async () => {
    const { bell, heard } = aDoorbell();
    bell.listen();
    await until(() => heard.rings === 1);
    proxy.cut();
    await until(() => heard.rings === 2);
    aDoorbell().bell.ring(1);
    await until(() => heard.rings === 3);
  });

  it('notices a connection that says nothing any more', async () => {
    const { bell, heard } = aDoorbell({ checkWithinMs: 1_000 });
    bell.listen();
    await until(() => heard.rings > 0);
    proxy.silence(true);
    const { length: before } = heard.clients;
    await until(() => heard.clients.length > before);
    const { rings } = heard;
    proxy.silence(false);
    proxy.cut();
    await until(() => heard.rings > rings);
  });

  it('tries again where not even a connection can be made', async () => {
    let tries = 0;
    const { bell, heard } = aDoorbell({
      client: () => {
        if (++tries < 3) throw new Error('no more sockets');
        return new pg.Client({ connectionString: server.connectionString('postgres') });
      },
    });
    bell.listen();
    await until(() => heard.rings === 1);
    expect([tries, heard.warnings]).toEqual([3, [new Error('no more sockets')]]);
  });

  it('notices a session that does not listen any more, and warns once', async () => {
    const { bell, heard } = aDoorbell();
    bell.listen();
    await until(() => heard.rings === 1);
    for (let lost = 1; lost <= 3; lost++) {
      await heard.clients.at(-1)?.query('UNLISTEN *');
      await until(() => heard.rings === lost + 1);
    }
    expect(heard.warnings).toHaveLength(1);
    expect(String(heard.warnings[0])).toContain('does not listen any more');
  });

  it('is silent when it was closed', async () => {
    const { bell, heard } = aDoorbell();
    bell.listen();
    await until(() => heard.rings === 1);
    bell.ring(1);
    await bell.close();
    const listening = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE query LIKE 'SELECT 1 FROM pg_listening%'`;
    await until(async () => (await server.query(listening)).rows[0].count === 0);
    expect(heard).toMatchObject({ rings: 1, warnings: [] });
  });
});

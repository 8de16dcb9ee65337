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
    checkWithinMs: 200,
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

  it('rings ten times a second at most, and says the last position', async () => {
    const sent: { at: number; payload: string }[] = [];
    const { bell } = aDoorbell({
      notify: async (_, payload) => sent.push({ at: performance.now(), payload }),
    });
    let position = 0;
    await until(() => {
      bell.ring(++position);
      return sent.length === 4;
    });
    await until(() => sent.at(-1)?.payload === String(position));
    for (let nth = 1; nth < sent.length; nth++)
      expect((sent[nth]?.at ?? 0) - (sent[nth - 1]?.at ?? 0)).toBeGreaterThan(90);
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
    const { bell, heard } = aDoorbell();
    bell.listen();
    await until(() => heard.rings === 1);
    proxy.silence(true);
    await until(() => heard.clients.length > 1);
    proxy.silence(false);
    proxy.cut();
    await until(() => heard.rings === 2);
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

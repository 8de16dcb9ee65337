import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { WireProblem } from '@task-monitor/http';
import type { TaskRouterOptions } from '../src/index.js';
import type { Client } from './client.js';
import { everyChange, everyEndpoint, WITH_EVERY_ENDPOINT } from './every-endpoint.js';
import { type AppSettings, clientOf, type MakeApp, VERSIONS } from './served.js';

/** Addresses that a client is seen under, as the system writes them; `undefined`: a socket of the file system. */
const NEAR = ['127.0.0.1', '127.255.9.1', '::1', '::ffff:127.0.0.1', '::ffff:127.8.8.8'];
const FAR = [
  '10.0.0.7',
  '172.17.0.1',
  '192.168.1.2',
  '203.0.113.9',
  '128.0.0.1',
  '12.7.0.0',
  '0.0.0.0',
  '::',
  '::2',
  '::ffff:10.0.0.7',
  '::ffff:203.0.113.127',
  '::ffff:0:127.0.0.1',
  'fe80::1',
  '2001:db8::127',
  undefined,
];

/** What proxies add, and what a caller far away may claim of itself. */
const FORWARDED: readonly Readonly<Record<string, string>>[] = [
  { 'X-Forwarded-For': '127.0.0.1' },
  { 'X-Forwarded-For': '::1, 203.0.113.9' },
  { 'x-forwarded-for': '' },
  { 'X-Forwarded-Host': 'localhost' },
  { 'X-Forwarded-Proto': 'https' },
  { Forwarded: 'for=127.0.0.1;host=localhost' },
  { 'X-Real-IP': '127.0.0.1' },
  { 'X-Client-IP': '127.0.0.1' },
  { 'CF-Connecting-IP': '127.0.0.1' },
  { 'True-Client-IP': '127.0.0.1' },
  { 'Fastly-Client-IP': '127.0.0.1' },
  { 'Fly-Client-IP': '127.0.0.1' },
  { Via: '1.1 localhost' },
];

interface Exposed {
  readonly client: Client;
  readonly monitor: TaskMonitor;
  /** Whom the next requests come from. */
  comeFrom(address: string | undefined): void;
}

async function exposed(
  makeApp: MakeApp,
  options: TaskRouterOptions = {},
  settings: AppSettings = {},
): Promise<Exposed> {
  const monitor = new TaskMonitor();
  await monitor.register({ id: 'task-1' });
  const app = makeApp(
    [{ path: '/tasks', monitor, options: { ...WITH_EVERY_ENDPOINT, ...options } }],
    settings,
  );
  let from: string | undefined = '127.0.0.1';
  const client = await clientOf((req, res) => {
    Object.defineProperty(req.socket, 'remoteAddress', { value: from, configurable: true });
    app(req, res);
  }, '/tasks');
  return { client, monitor, comeFrom: (address) => void (from = address) };
}

/** What every endpoint answers with, by its path; streams are left at once. */
async function statuses(
  { client }: Exposed,
  headers: Readonly<Record<string, string>> = {},
  requests = everyEndpoint('task-1'),
): Promise<Readonly<Record<string, number>>> {
  const seen: Record<string, number> = {};
  for (const { method, path } of requests)
    seen[path] = (await client.ask(method, path, { headers, leaveStreams: true })).status;
  return seen;
}

function allAre(status: number, cancel: number, cleanup: number): Readonly<Record<string, number>> {
  const of = { read: status, cancel, cleanup };
  return Object.fromEntries(everyEndpoint('task-1').map(({ path, action }) => [path, of[action]]));
}

/** Whatever a caller or a proxy says of where it is. */
async function expectNoCancelling(server: Exposed): Promise<void> {
  const changes = everyChange('task-1');
  for (const headers of FORWARDED)
    expect([headers, await statuses(server, headers, changes)]).toEqual([
      headers,
      Object.fromEntries(
        changes.map(({ path, action }) => [path, action === 'cancel' ? 403 : 200]),
      ),
    ]);
}

describe.each(VERSIONS)('without authorize: %s', (_, makeApp) => {
  it.each(NEAR)('a program on this machine may do everything: %s', async (address) => {
    const server = await exposed(makeApp);
    server.comeFrom(address);
    expect(await statuses(server)).toEqual(allAre(200, 200, 200));
    expect((await server.monitor.get('task-1')).status).toBe('cancelled');
  });

  it.each(FAR)(
    'whoever is elsewhere may read and clean up, and not cancel: %s',
    async (address) => {
      const server = await exposed(makeApp);
      server.comeFrom(address);
      expect(await statuses(server)).toEqual(allAre(200, 403, 200));
      await expectNoCancelling(server);
      expect((await server.monitor.get('task-1')).status).toBe('pending');
    },
  );

  it.each(NEAR)(
    'whoever comes through a proxy on this machine is elsewhere: %s',
    async (address) => {
      const server = await exposed(makeApp);
      server.comeFrom(address);
      expect(await statuses(server, FORWARDED[0])).toEqual(allAre(200, 403, 200));
      await expectNoCancelling(server);
      expect((await server.monitor.get('task-1')).status).toBe('pending');
    },
  );

  it('nobody comes nearer because the application trusts proxies', async () => {
    const server = await exposed(makeApp, {}, { trustProxy: true });
    for (const address of [...NEAR, ...FAR]) {
      server.comeFrom(address);
      const headers = { 'X-Forwarded-For': '127.0.0.1' };
      expect([address, await statuses(server, headers)]).toEqual([address, allAre(200, 403, 200)]);
    }
  });

  it('who is refused is told why', async () => {
    const server = await exposed(makeApp);
    server.comeFrom('203.0.113.9');
    const reply = await server.client.ask('POST', '/task-1/cancel');
    expect(reply.json<WireProblem>().detail).toMatch(/Without `authorize`/);
  });
});

describe.each(VERSIONS)('with authorize: %s', (_, makeApp) => {
  const ADDRESSES = ['127.0.0.1', '203.0.113.9', '::ffff:203.0.113.9', undefined];

  it.each(ADDRESSES)('it alone decides, wherever the caller is: %s', async (address) => {
    for (const isAllowed of [true, false]) {
      const server = await exposed(makeApp, { authorize: () => isAllowed });
      server.comeFrom(address);
      const status = isAllowed ? 200 : 403;
      for (const headers of [{}, { 'X-Forwarded-For': '127.0.0.1' }])
        expect(await statuses(server, headers)).toEqual(allAre(status, status, status));
    }
  });

  it.each(ADDRESSES)('readOnly closes every change all the same: %s', async (address) => {
    const options = [{ readOnly: true }, { readOnly: true, authorize: () => true }];
    for (const option of options) {
      const server = await exposed(makeApp, option);
      server.comeFrom(address);
      expect(await statuses(server)).toEqual(allAre(200, 403, 403));
      for (const { method, path } of everyChange('task-1'))
        expect((await server.client.ask(method, `${path}?days=0`)).status).toBe(403);
      expect((await server.monitor.get('task-1')).status).toBe('pending');
    }
  });
});

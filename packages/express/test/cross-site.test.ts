import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { Client } from './client.js';
import {
  type EndpointRequest,
  everyChange,
  everyEndpoint,
  WITH_EVERY_ENDPOINT,
} from './every-endpoint.js';
import { serve, VERSIONS } from './served.js';

const OWN = 'own';
const SITES = [undefined, 'same-origin', 'same-site', 'cross-site', 'none', 'SAME-ORIGIN', ''];
const ORIGINS = [undefined, OWN, 'https://evil.example', 'null', '', 'https://admin.example.org'];
const TYPES = [
  undefined,
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
];

/** How frameworks let a request claim a method other than its own. */
const OVERRIDES: readonly Readonly<Record<string, string>>[] = [
  { 'X-HTTP-Method-Override': 'DELETE' },
  { 'X-HTTP-Method-Override': 'POST' },
  { 'X-HTTP-Method': 'DELETE' },
  { 'X-Method-Override': 'POST' },
];

/** Every method, beside its own, that a page can have a browser send, and some that it cannot. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'];

/** A pending and a finished task, and whether anything has been done to them. */
async function twoTasks(): Promise<{ monitor: TaskMonitor; isAsBefore: () => Promise<boolean> }> {
  const monitor = new TaskMonitor();
  await monitor.register({ id: 'task-1' });
  await monitor.register({ id: 'finished-1' });
  await monitor.cancel('finished-1');
  const isAsBefore = async (): Promise<boolean> => {
    const { totalTasks, pendingTasks, cancelledTasks } = await monitor.stats();
    return totalTasks === 2 && pendingTasks === 1 && cancelledTasks === 1;
  };
  return { monitor, isAsBefore };
}

const CHANGES = everyChange('task-1').map((change) => ({
  ...change,
  path: change.action === 'cleanup' ? `${change.path}?days=0` : change.path,
}));

describe.each(VERSIONS)('changes asked for by web pages: %s', (_, makeApp) => {
  for (const allowedOrigins of [[], ['https://admin.example.org']]) {
    const name = allowedOrigins.length === 0 ? 'without' : 'with';
    it.each(CHANGES)(
      `are only taken from the own or an allowed origin, ${name} allowedOrigins: $method $path`,
      async ({ method, path, action }) => {
        let [tried, taken] = [0, 0];
        let { monitor, isAsBefore } = await twoTasks();
        let client = await serve(makeApp, monitor, { allowedOrigins });
        for (const [site, origin, type] of combinations(SITES, ORIGINS, TYPES)) {
          const sent = origin === OWN ? `http://127.0.0.1:${client.port}` : origin;
          const { status } = await client.ask(method, path, {
            headers: {
              ...(site !== undefined && { 'Sec-Fetch-Site': site }),
              ...(sent !== undefined && { Origin: sent }),
              ...(type !== undefined && { 'Content-Type': type }),
            },
            ...(type !== undefined && { body: '{}' }),
          });
          const isOwn =
            site === 'same-origin' ||
            (site === undefined && (origin === undefined || origin === OWN));
          const isTrusted = isOwn || (origin !== undefined && allowedOrigins.includes(origin));
          // A form has no type of body that cancelling takes.
          const isReadable =
            action !== 'cancel' || type === undefined || type === 'application/json';
          const expected = !isTrusted ? 403 : isReadable ? 200 : 415;
          expect([site, origin, type, status]).toEqual([site, origin, type, expected]);
          expect(await isAsBefore()).toBe(expected !== 200);
          tried++;
          if (expected !== 200) continue;
          taken++;
          ({ monitor, isAsBefore } = await twoTasks());
          client = await serve(makeApp, monitor, { allowedOrigins });
        }
        expect(tried).toBe(210);
        expect(taken).toBeGreaterThan(0);
      },
    );
  }

  it('are refused from origins that only look like the own one', async () => {
    const { monitor, isAsBefore } = await twoTasks();
    const client = await serve(makeApp, monitor);
    const own = `127.0.0.1:${client.port}`;
    for (const origin of [
      `http://${own}.evil.example`,
      `http://evil.example/${own}`,
      `http://evil.example#${own}`,
      `http://${own}@evil.example`,
      `http://user@${own}`,
      `http://${own}/`,
      `ftp://${own}`,
      `file://${own}`,
      `//${own}`,
      own,
      'http://127.0.0.1',
      `http://127.0.0.1:${client.port + 1}`,
      `http://localhost:${client.port}`,
    ])
      for (const { method, path } of CHANGES)
        expect([origin, await statusOf(client, method, path, { Origin: origin })]).toEqual([
          origin,
          403,
        ]);
    expect(await isAsBefore()).toBe(true);
  });

  it('are not made by a request that claims another method than its own', async () => {
    const { monitor, isAsBefore } = await twoTasks();
    const client = await serve(makeApp, monitor);
    for (const { path, isStream } of everyEndpoint('task-1')) {
      if (isStream) continue;
      for (const [method, override] of combinations(METHODS, OVERRIDES)) {
        if (isChange(method, path)) continue;
        for (const query of ['?days=0', '?days=0&_method=DELETE', '?_method=POST'])
          await client.ask(method, path + query, {
            headers: { ...override, 'Content-Type': 'application/x-www-form-urlencoded' },
            body: '_method=DELETE&days=0',
          });
        expect([method, path, override, await isAsBefore()]).toEqual([
          method,
          path,
          override,
          true,
        ]);
      }
    }
  });

  it('are taken from programs, which send neither header', async () => {
    for (const { method, path } of CHANGES) {
      const { monitor, isAsBefore } = await twoTasks();
      const client = await serve(makeApp, monitor);
      const headers = { 'User-Agent': 'curl/8.5.0', Accept: '*/*' };
      expect([path, await statusOf(client, method, path, headers)]).toEqual([path, 200]);
      expect(await isAsBefore()).toBe(false);
    }
  });

  it('need not come from the own site to read', async () => {
    const { monitor } = await twoTasks();
    const client = await serve(makeApp, monitor, WITH_EVERY_ENDPOINT);
    const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' };
    for (const { method, path, action } of everyEndpoint('task-1'))
      if (action === 'read')
        expect([path, await statusOf(client, method, path, headers)]).toEqual([path, 200]);
  });
});

async function statusOf(
  client: Client,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  return (await client.ask(method, path, { headers, leaveStreams: true })).status;
}

function isChange(method: string, path: string): boolean {
  return everyChange('task-1').some(
    (change: EndpointRequest) => change.method === method && change.path === path,
  );
}

function combinations<T extends readonly (readonly unknown[])[]>(
  ...lists: T
): { [Index in keyof T]: T[Index][number] }[] {
  const all = lists.reduce<unknown[][]>(
    (rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])),
    [[]],
  );
  return all as { [Index in keyof T]: T[Index][number] }[];
}

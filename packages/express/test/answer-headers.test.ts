import { describe, expect, it } from '@jest/globals';
import { MemoryStore, TaskMonitor } from '@task-monitor/core';
import { FaultStore } from '@task-monitor/core/testing';
import type { Reply } from './client.js';
import { everyEndpoint, WITH_EVERY_ENDPOINT } from './every-endpoint.js';
import { type MakeApp, serve, VERSIONS } from './served.js';

const FOR_THIS_ORIGIN_ALONE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
};

/** A page has to load its own files, and nothing else. */
const FOR_THE_PAGE = {
  ...FOR_THIS_ORIGIN_ALONE,
  'content-security-policy': expect.stringMatching(
    /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/,
  ),
  'cross-origin-opener-policy': 'same-origin',
};

/** Whatever the answer is: nobody keeps it, frames it, guesses what it is, or reads it from another site. */
function checkHeaders(reply: Reply, isTagged: boolean): void {
  const { status, headers } = reply;
  const type = headers['content-type'];
  const isPage = type === 'text/html; charset=utf-8';
  expect(headers).toMatchObject(isPage ? FOR_THE_PAGE : FOR_THIS_ORIGIN_ALONE);
  const names = Object.keys(headers).join(' ');
  expect(names).not.toMatch(/access-control|timing-allow|set-cookie|last-modified|expires|age\b/);
  expect('etag' in headers).toBe(isTagged);
  const isStream = type === 'text/event-stream; charset=utf-8';
  // Of a stream there is nothing to keep, and `no-transform` keeps what compresses from gathering it.
  expect(headers['cache-control']).toBe(isStream ? 'no-cache, no-transform' : 'no-store');
  if (status === 204) return;
  expect(type).toMatch(
    status >= 400
      ? /^application\/problem\+json$/
      : /^(application\/json|text\/event-stream|text\/html|text\/plain; version=0\.0\.4); charset=utf-8$/,
  );
}

async function served(makeApp: MakeApp) {
  const store = new FaultStore(new MemoryStore());
  const monitor = new TaskMonitor({ store });
  await monitor.register({ id: 'task-1' });
  const client = await serve(makeApp, monitor, {
    ...WITH_EVERY_ENDPOINT,
    authorize: (req) => req.headers['x-refuse'] === undefined,
    onError: () => {},
  });
  return { store, monitor, client };
}

describe.each(VERSIONS)('every answer: %s', (_, makeApp) => {
  const REQUESTS = everyEndpoint('task-1');

  it.each(REQUESTS)(
    'is for this moment and this origin alone: $method $path',
    async ({ method, path }) => {
      const { monitor, client } = await served(makeApp);
      const own = `http://127.0.0.1:${client.port}`;
      const ask = async (status: number, given: Readonly<Record<string, string>>, how = method) => {
        const headers = { Origin: own, ...given };
        const reply = await client.ask(how, path, { headers, leaveStreams: true });
        expect([how, path, given, reply.status]).toEqual([how, path, given, status]);
        checkHeaders(reply, path === '/task-1' && status === 200);
      };
      await ask(403, { 'X-Refuse': '1' });
      await ask(403, { Host: 'evil.example' });
      if (method !== 'GET') await ask(403, { Origin: 'https://evil.example' });
      await ask(204, {}, 'OPTIONS' as typeof method);
      await ask(405, {}, 'PUT' as typeof method);
      if (method === 'GET') await ask(200, {}, 'HEAD' as typeof method);
      await ask(200, {});
      await monitor.close();
      // The description, and how things stand, are answered all the same.
      const closed = await client.ask(method, path, { leaveStreams: true });
      checkHeaders(closed, false);
    },
  );

  it('to what cannot be answered is no different', async () => {
    const { store, client } = await served(makeApp);
    store.set('prune', 'failBefore');
    const asked: readonly (readonly [number, string, string, Record<string, string>?])[] = [
      [400, 'GET', '/all?limit=0'],
      [400, 'GET', '/%FF'],
      [404, 'GET', '/task-2'],
      [404, 'GET', '/task-2/events'],
      [404, 'GET', '/a/b'],
      [413, 'DELETE', '/cleanup', { 'Content-Length': '102401' }],
      [415, 'POST', '/task-1/cancel', { 'Content-Type': 'text/plain' }],
      [503, 'DELETE', '/cleanup'],
    ];
    for (const [status, method, path, headers = {}] of asked) {
      const body = status === 413 ? Buffer.alloc(102_401) : status === 415 ? 'x' : '';
      const reply = await client.ask(method, path, { headers, body });
      expect([method, path, reply.status]).toEqual([method, path, status]);
      checkHeaders(reply, false);
    }
  });
});

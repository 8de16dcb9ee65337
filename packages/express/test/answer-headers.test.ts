import { describe, expect, it } from '@jest/globals';
import { MemoryStore, TaskMonitor } from '@task-monitor/core';
import { FaultStore } from '@task-monitor/core/testing';
import { serve, VERSIONS } from './served.js';

describe.each(VERSIONS)('every answer: %s', (_, makeApp) => {
  it('is for this moment and this origin alone, errors included', async () => {
    const store = new FaultStore(new MemoryStore());
    const monitor = new TaskMonitor({ store });
    await monitor.register({ id: 'task-1' });
    store.set('prune', 'failBefore');
    const client = await serve(makeApp, monitor, {
      authorize: (req) => req.headers['x-refuse'] === undefined,
      onError: () => {},
    });
    const asked: readonly (readonly [number, string, string, Record<string, string>?])[] = [
      [200, 'GET', '/stats'],
      [200, 'GET', '/task-1'],
      [200, 'HEAD', '/all'],
      [204, 'OPTIONS', '/all'],
      [400, 'GET', '/all?limit=0'],
      [400, 'GET', '/%FF'],
      [403, 'GET', '/stats', { 'X-Refuse': '1' }],
      [403, 'GET', '/stats', { Host: 'evil.example' }],
      [403, 'DELETE', '/cleanup', { Origin: 'https://evil.example' }],
      [404, 'GET', '/task-2'],
      [404, 'GET', '/a/b'],
      [405, 'POST', '/stats'],
      [413, 'DELETE', '/cleanup', { 'Content-Length': '102401' }],
      [503, 'DELETE', '/cleanup'],
    ];
    for (const [status, method, path, given = {}] of asked) {
      const headers = { Origin: `http://127.0.0.1:${client.port}`, ...given };
      const body = status === 413 ? Buffer.alloc(102_401) : '';
      const reply = await client.ask(method, path, { headers, body });
      expect([method, path, reply.status]).toEqual([method, path, status]);
      expect(reply.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-frame-options': 'DENY',
      });
      const names = Object.keys(reply.headers).join(' ');
      expect(names).not.toMatch(/access-control|timing-allow|set-cookie/);
      expect([path, 'etag' in reply.headers]).toEqual([path, path === '/task-1']);
      if (status === 204) continue;
      expect(reply.headers['content-type']).toMatch(/^application\/(problem\+)?json/);
    }
  });
});

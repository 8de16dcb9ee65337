import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import type { TaskRouterOptions } from '../src/index.js';
import { everyEndpoint, WITH_EVERY_ENDPOINT } from './every-endpoint.js';
import { sendRaw, statusesIn } from './raw-socket.js';
import { serve, VERSIONS } from './served.js';

const GOOD = [
  'localhost',
  'LocalHost',
  'localhost.',
  'localhost:80',
  'localhost.:8000',
  '127.0.0.1',
  '127.0.0.1:65535',
  '127.1.2.3',
  '[::1]',
  '[::1]:8000',
];

const EVIL = [
  'evil.example',
  'evil.example:8000',
  'localhost.evil.example',
  'evil.example.localhost',
  'evil-localhost',
  'localhost-evil',
  'xlocalhost',
  'localhostx',
  'localhost..',
  '.localhost',
  '127.0.0.1.evil.example',
  '127.0.0.1.nip.io',
  'evil.example#127.0.0.1',
  'evil.example/127.0.0.1',
  'evil.example?localhost',
  'evil.example\\localhost',
  'localhost@evil.example',
  'user@localhost',
  'user:password@localhost',
  'localhost:80@evil.example',
  'localhost:evil',
  'localhost:8000:8000',
  'localhost, evil.example',
  'evil.example, localhost',
  'localhost evil.example',
  '128.0.0.1',
  '10.0.0.1',
  '169.254.169.254',
  '0.0.0.0',
  '0',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  '[::]',
  '[::2]',
  '::1',
  '[::1',
  '[::1].evil.example',
  '[::ffff:10.0.0.1]',
  '[fe80::1%25lo]',
  'ｌｏｃａｌｈｏｓｔ',
  'localhost\tevil',
  '*',
  '%6cocalhost',
];

/** Of each kind one: these are tried on every endpoint. */
const FOREIGN = [
  'evil.example',
  'evil.example:8000',
  'EVIL.Example.',
  'user@localhost',
  '[::2]:8000',
  '10.0.0.1',
  '127.0.0.1.nip.io',
];

async function oneTask(): Promise<TaskMonitor> {
  const monitor = new TaskMonitor();
  await monitor.register({ id: 'task-1' });
  return monitor;
}

describe.each(VERSIONS)('host names on a loopback socket: %s', (_, makeApp) => {
  const ask = async (start: string, hosts: readonly string[], options?: TaskRouterOptions) => {
    const { port } = await serve(makeApp, new TaskMonitor(), options);
    const headers = hosts.map((host) => `Host: ${host}\r\n`).join('');
    return sendRaw(port, `${start}\r\n${headers}Connection: close\r\n\r\n`);
  };
  const statusOf = async (...args: Parameters<typeof ask>) => statusesIn(await ask(...args));
  const GET = 'GET /tasks/stats HTTP/1.1';

  it('that are loopback names are served', async () => {
    for (const host of GOOD) expect([host, await statusOf(GET, [host])]).toEqual([host, [200]]);
  });

  it('that are any other are refused', async () => {
    for (const host of EVIL) {
      const [status] = await statusOf(GET, [host]);
      // The server itself finds some of them malformed.
      expect([host, status === 403 || status === 400]).toEqual([host, true]);
    }
  });

  it('are asked of every endpoint, path and method, before any work', async () => {
    let asked = 0;
    const authorize = (): boolean => ++asked > 0;
    const { port } = await serve(makeApp, await oneTask(), { authorize, ...WITH_EVERY_ENDPOINT });
    const elsewhere = ['GET /tasks/x/y', 'GET /tasks', 'OPTIONS /tasks/all', 'PUT /tasks/all'];
    const starts = everyEndpoint('task-1').map(({ method, path }) => `${method} /tasks${path}`);
    for (const start of [...starts, ...elsewhere]) {
      for (const host of FOREIGN) {
        const text = `${start} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
        expect([start, host, statusesIn(await sendRaw(port, text))]).toEqual([start, host, [403]]);
      }
      const [method, path] = start.split(' ');
      const nameless = `${method} ${path} HTTP/1.0\r\n\r\n`;
      expect([start, statusesIn(await sendRaw(port, nameless))]).toEqual([start, [403]]);
      const lying = `${method} http://evil.example${path} HTTP/1.1\r\nHost: localhost\r\n`;
      const answer = await sendRaw(port, `${lying}Connection: close\r\n\r\n`);
      expect([start, statusesIn(answer)]).toEqual([start, [403]]);
    }
    expect(asked).toBe(0);
  });

  it('that are loopback names lead to every endpoint, streams too', async () => {
    for (const host of GOOD) {
      const client = await serve(makeApp, await oneTask(), WITH_EVERY_ENDPOINT);
      for (const { method, path } of everyEndpoint('task-1')) {
        const question = { headers: { Host: host }, leaveStreams: true };
        const { status } = await client.ask(method, path, question);
        expect([host, path, status]).toEqual([host, path, 200]);
      }
    }
  });

  it('that are missing or empty are refused', async () => {
    expect(await statusOf('GET /tasks/stats HTTP/1.0', [])).toEqual([403]);
    expect(await statusOf(GET, [])).toEqual([400]);
    expect(await statusOf(GET, [''])).toEqual([403]);
  });

  it('that are several are refused', async () => {
    for (const hosts of [
      ['localhost', 'evil.example'],
      ['evil.example', 'localhost'],
    ]) {
      const [status] = await statusOf(GET, hosts);
      expect(status === 403 || status === 400).toBe(true);
    }
  });

  it('count in the request target, too', async () => {
    const at = (authority: string): string => `GET http://${authority}/tasks/stats HTTP/1.1`;
    expect(await statusOf(at('localhost'), ['localhost'])).toEqual([200]);
    expect(await statusOf(at('evil.example'), ['localhost'])).toEqual([403]);
    expect(await statusOf(at('localhost'), ['evil.example'])).toEqual([403]);
    for (const authority of ['localhost@evil.example', 'user@localhost', 'evil.example:80', '']) {
      const [status] = await statusOf(at(authority), ['localhost']);
      expect([authority, status === 403 || status === 400]).toEqual([authority, true]);
    }
    const [https] = await statusOf('GET HTTPS://evil.example/tasks/stats HTTP/1.1', ['localhost']);
    expect(https).toBe(403);
  });

  it('that a forwarding header claims change nothing', async () => {
    const { port } = await serve(makeApp, new TaskMonitor());
    const forwarded = 'X-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\n';
    const text = `${GET}\r\nHost: evil.example\r\n${forwarded}Connection: close\r\n\r\n`;
    expect(statusesIn(await sendRaw(port, text))).toEqual([403]);
  });

  it('that are in allowedHosts are served, on any port and in any case', async () => {
    const options = { allowedHosts: ['tasks.example.com', 'Admin.Example.Org'] };
    for (const host of ['tasks.example.com', 'TASKS.example.com:8443', 'admin.example.org']) {
      expect([host, await statusOf(GET, [host], options)]).toEqual([host, [200]]);
    }
    for (const host of ['example.com', 'a.tasks.example.com', 'tasks.example.com.evil.example']) {
      expect([host, await statusOf(GET, [host], options)]).toEqual([host, [403]]);
    }
    expect(await statusOf(GET, ['localhost'], options)).toEqual([200]);
  });

  it('that are refused are told how to be allowed', async () => {
    expect(await ask(GET, ['evil.example'])).toContain('allowedHosts');
  });
});

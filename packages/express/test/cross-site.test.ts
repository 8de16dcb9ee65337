import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { serve, VERSIONS } from './served.js';

async function oneFinished(): Promise<TaskMonitor> {
  const monitor = new TaskMonitor();
  await monitor.register({ id: 'task-1' });
  await monitor.cancel('task-1');
  return monitor;
}

const OWN = 'own';
const SITES = [undefined, 'same-origin', 'same-site', 'cross-site', 'none', 'SAME-ORIGIN', ''];
const ORIGINS = [undefined, OWN, 'https://evil.example', 'null', '', 'https://admin.example.org'];

describe.each(VERSIONS)('changes asked for by web pages: %s', (_, makeApp) => {
  for (const allowedOrigins of [[], ['https://admin.example.org']]) {
    const name = allowedOrigins.length === 0 ? 'without' : 'with';
    it(`are only taken from the own or an allowed origin, ${name} allowedOrigins`, async () => {
      for (const site of SITES) {
        for (const origin of ORIGINS) {
          const monitor = await oneFinished();
          const client = await serve(makeApp, monitor, { allowedOrigins });
          const sent = origin === OWN ? `http://127.0.0.1:${client.port}` : origin;
          const { status } = await client.delete('/cleanup?days=0', {
            ...(site !== undefined && { 'Sec-Fetch-Site': site }),
            ...(sent !== undefined && { Origin: sent }),
          });
          const isOwn =
            site === 'same-origin' ||
            (site === undefined && (origin === undefined || origin === OWN));
          const isTaken = isOwn || (origin !== undefined && allowedOrigins.includes(origin));
          expect([site, origin, status]).toEqual([site, origin, isTaken ? 200 : 403]);
          expect(await monitor.count()).toBe(isTaken ? 0 : 1);
        }
      }
    });
  }

  it('are refused from origins that only look like the own one', async () => {
    const client = await serve(makeApp, await oneFinished());
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
    ]) {
      const { status } = await client.delete('/cleanup', { Origin: origin });
      expect([origin, status]).toEqual([origin, 403]);
    }
  });

  it('are refused with the types of body that a form can send', async () => {
    const monitor = await oneFinished();
    const client = await serve(makeApp, monitor);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { 'Content-Type': type, Origin: 'https://evil.example' };
      for (const method of ['POST', 'DELETE']) {
        const body = '_method=DELETE&days=0';
        const { status } = await client.ask(method, '/cleanup?days=0', { headers, body });
        expect([403, 405]).toContain(status);
      }
    }
    expect(await monitor.count()).toBe(1);
  });

  it('are taken from programs, which send neither header', async () => {
    const client = await serve(makeApp, await oneFinished());
    const { body } = await client.delete('/cleanup?days=0', {
      'User-Agent': 'curl/8.5.0',
      Accept: '*/*',
    });
    expect(body).toBe('{"cleaned_tasks":1,"days":0}');
  });

  it('need not come from the own site to read', async () => {
    const client = await serve(makeApp, await oneFinished());
    const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' };
    expect((await client.get('/stats', headers)).status).toBe(200);
  });
});

import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { TaskRouterOptions } from '@task-monitor/express';
import { dashboard } from '../src/index.js';
import { HOSTS, serve, WITH_POLICY } from './served.js';

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'none'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const ON_EVERY_ANSWER = {
  'content-security-policy': CSP,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const TYPES = {
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};
const ASSETS = Object.keys(TYPES) as readonly (keyof typeof TYPES)[];
const ELSEWHERE = ['app.mjs', 'App.js', 'app.js/', 'index.html', 'a%70p.js', '/app.js', 'output'];

function bodyOf(name: string): string {
  return dashboard.assets[name]?.body ?? '';
}

describe.each(Object.entries(HOSTS))('the page: %s', (_, host) => {
  it('is HTML for this moment, with a policy that lets it load only what is its own', async () => {
    const { get } = await serve(host);
    const { status, headers, text } = await get('/ui', { accept: 'text/html' });
    expect([status, text]).toEqual([200, dashboard.page]);
    expect(headers).toMatchObject({
      ...ON_EVERY_ANSWER,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(Object.keys(headers).join(' ')).not.toMatch(/access-control|set-cookie|etag/);
  });

  it('loads files that are where it says, and no others', async () => {
    const { port, get } = await serve(host);
    const { text } = await get('/ui');
    const page = `http://127.0.0.1:${port}${host.at}/ui`;
    const urls = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url ?? '');
    const below = urls.map((url) => new URL(url, page).href.replace(`${page}/`, ''));
    expect(below.sort()).toEqual([...ASSETS].sort());
    expect(text).not.toMatch(/<style|<script(?![^>]* src=)|style="|\son\w+=/);
  });

  it.each(ASSETS)('has %s', async (name) => {
    const { get, ask } = await serve(host);
    const answer = await get(`/ui/${name}`);
    expect([answer.status, answer.text]).toEqual([200, bodyOf(name)]);
    expect(answer.headers).toMatchObject({
      ...ON_EVERY_ANSWER,
      'content-type': TYPES[name],
      'content-length': String(Buffer.byteLength(bodyOf(name))),
      'cache-control': 'no-cache, no-transform',
      vary: 'Accept-Encoding',
    });
    const head = await ask('HEAD', `/ui/${name}`);
    expect([head.status, head.text]).toEqual([200, '']);
    expect({ ...head.headers, date: '' }).toEqual({ ...answer.headers, date: '' });
  });

  it.each(ASSETS)('sends %s compressed to who takes that, each form with its tag', async (name) => {
    const { get, ask } = await serve(host);
    const plain = await get(`/ui/${name}`, { 'accept-encoding': 'br, gzip;q=0' });
    expect([plain.headers['content-encoding'], plain.text]).toEqual([undefined, bodyOf(name)]);
    const gzip = { 'accept-encoding': 'gzip, deflate, br' };
    const first = await get(`/ui/${name}`, gzip);
    expect(first.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(first.headers['content-length']).toBe(String(first.bytes.length));
    expect(gunzipSync(first.bytes).toString()).toBe(bodyOf(name));
    expect((await get(`/ui/${name}`, gzip)).bytes).toEqual(first.bytes);
    expect((await ask('HEAD', `/ui/${name}`, gzip)).headers).toMatchObject({
      'content-encoding': 'gzip',
      etag: first.headers.etag,
    });
    expect(first.headers.etag).toMatch(/^"[\w-]+"$/);
    expect(first.headers.etag).not.toBe(plain.headers.etag);
  });

  it('sends a file again only if it is another', async () => {
    const { get } = await serve(host);
    for (const asked of [{}, { 'accept-encoding': 'gzip' }]) {
      const { headers } = await get('/ui/app.js', asked);
      const tag = headers.etag ?? '';
      const again = await get('/ui/app.js', { ...asked, 'if-none-match': `"other", ${tag}` });
      expect([again.status, again.bytes.length, again.headers.etag]).toEqual([304, 0, tag]);
      expect(again.headers).toMatchObject({ ...ON_EVERY_ANSWER, vary: 'Accept-Encoding' });
      expect((await get('/ui/app.js', { ...asked, 'if-none-match': '"other"' })).status).toBe(200);
    }
  });

  it('is found with a slash too many, and keeps what the address says', async () => {
    const { port, get } = await serve(host);
    const { status, headers } = await get('/ui/?q=status%3Afailed');
    expect([status, headers.location]).toEqual([308, '../ui?q=status%3Afailed']);
    const from = `http://127.0.0.1:${port}${host.at}/ui/`;
    const answer = await fetch(from);
    expect([answer.url, await answer.text()]).toEqual([from.slice(0, -1), dashboard.page]);
  });

  it('leaves its query to its script, whatever that is', async () => {
    const { get } = await serve(host);
    for (const query of ['q=100%', 'a=1&a=1', '%00', '<script>'])
      expect([query, (await get(`/ui?${query}`)).text]).toEqual([query, dashboard.page]);
  });

  it('has nothing else below it', async () => {
    const { get, ask } = await serve(host);
    for (const name of ELSEWHERE) {
      const { status, headers } = await get(`/ui/${name}`);
      expect([name, status]).toEqual([name, 404]);
      expect(headers['content-type']).toBe('application/problem+json');
      expect((await ask('OPTIONS', `/ui/${name}`)).status).toBe(404);
      expect((await ask('POST', `/ui/${name}`)).status).toBe(404);
    }
  });

  it('is only read', async () => {
    const { ask } = await serve(host);
    for (const path of ['/ui', '/ui/', '/ui/app.js', '/ui/icon.svg']) {
      const options = await ask('OPTIONS', path);
      expect([options.status, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
      for (const method of ['POST', 'PUT', 'DELETE', 'TRACE']) {
        const { status, headers } = await ask(method, path);
        expect([path, method, status]).toEqual([path, method, 405]);
        expect(headers.allow).toBe('GET, HEAD, OPTIONS');
      }
    }
  });
});

const EXPRESS = HOSTS['Express 5 at /tasks'] as (typeof HOSTS)[string];
const REFUSING = { authorize: () => false } satisfies TaskRouterOptions;

describe('the policy of the page', () => {
  it('takes the place of the one that the application has for all answers', async () => {
    const { get } = await serve(WITH_POLICY);
    for (const path of ['/ui', '/ui/app.js'])
      expect((await get(path)).headers['content-security-policy']).toBe(CSP);
  });
});

describe('who may see the page', () => {
  it('is asked of authorize, as a read of no single task, but for the files', async () => {
    const asked: unknown[] = [];
    const { get } = await serve(EXPRESS, {
      authorize: (_, request) => asked.push(request) > 0,
    });
    for (const path of ['/ui', '/ui/app.js', '/ui/app.css', '/ui/icon.svg', '/ui/'])
      await get(path);
    expect(asked).toEqual([{ action: 'read', task: null }]);
  });

  it('may be who sees a part of the tasks', async () => {
    const { get } = await serve(EXPRESS, { authorize: () => ({ filter: { tag: 'mine' } }) });
    expect((await get('/ui')).text).toBe(dashboard.page);
  });

  it('is told to a browser in words', async () => {
    const { get } = await serve(EXPRESS, REFUSING);
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const { status, headers, text } = await get('/ui', { accept });
    expect([status, text]).toEqual([403, dashboard.refusal]);
    expect(headers).toMatchObject({
      ...ON_EVERY_ANSWER,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(text).toMatch(/<h1>You may not see these tasks<\/h1>/);
    expect(text).not.toMatch(/<style|<script|style="/);
    expect((await get('/ui/app.css')).status).toBe(200);
  });

  it.each([undefined, '*/*', 'application/json', 'text/html;q=0'])(
    'is told to a program that accepts %s as a problem',
    async (accept) => {
      const { get } = await serve(EXPRESS, REFUSING);
      const { status, text } = await get('/ui', accept === undefined ? {} : { accept });
      expect(status).toBe(403);
      expect(JSON.parse(text)).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    },
  );

  it('is nobody who comes by another name of this machine', async () => {
    const { get } = await serve(EXPRESS);
    for (const path of ['/ui', '/ui/', '/ui/app.js']) {
      const { status, text } = await get(path, { host: 'evil.example', accept: 'text/html' });
      expect([path, status]).toEqual([path, 403]);
      expect(text).toContain('allowedHosts');
    }
    const allowing = await serve(EXPRESS, { allowedHosts: ['tasks.example.com'] });
    expect((await allowing.get('/ui', { host: 'tasks.example.com' })).status).toBe(200);
  });

  it('is hidden with a word of why where the router was given no page', async () => {
    const { get } = await serve(EXPRESS, { dashboard: undefined } as unknown as TaskRouterOptions);
    const { status, text } = await get('/ui', { accept: 'text/html' });
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({
      code: 'PATH_NOT_FOUND',
      detail: 'There is no page: the option `dashboard` is missing.',
    });
    for (const path of ['/ui/', '/ui/app.js']) expect((await get(path)).status).toBe(404);
  });
});

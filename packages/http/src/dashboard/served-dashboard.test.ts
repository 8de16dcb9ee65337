import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Reply } from '../reply.js';
import { ServedDashboard } from './served-dashboard.js';

const SCRIPT = 'document.title = "é";';
const served = new ServedDashboard({
  page: '<p>page</p>',
  refusal: '<p>refused</p>',
  assets: { 'app.js': { contentType: 'text/javascript', body: SCRIPT } },
});

async function ask(name: string, headers = {}, query = ''): Promise<Reply | null> {
  const req = { headers } as IncomingMessage;
  return (await served.below(name)?.(req, query)) ?? null;
}

describe('ServedDashboard', () => {
  it('has the page, and one that refuses', () => {
    expect([served.page.status, served.page.body]).toEqual([200, '<p>page</p>']);
    expect([served.refusal.status, served.refusal.body]).toEqual([403, '<p>refused</p>']);
  });

  it('has its files by their exact names', async () => {
    expect(await ask('app.js')).toMatchObject({ status: 200, body: SCRIPT });
    for (const name of ['App.js', 'app.js/', 'app%2Ejs', '__proto__', 'constructor', '../app.js'])
      expect([name, await ask(name)]).toEqual([name, null]);
  });

  it('compresses a file once', async () => {
    const gzip = { 'accept-encoding': 'gzip' };
    const [first, second] = await Promise.all([ask('app.js', gzip), ask('app.js', gzip)]);
    expect(first?.body).toBeInstanceOf(Buffer);
    expect(second?.body).toBe(first?.body);
    expect((await ask('app.js', gzip))?.body).toBe(first?.body);
    expect(gunzipSync(first?.body as Buffer).toString()).toBe(SCRIPT);
  });

  it('names each form of a file by a strong tag of its own', async () => {
    const plain = (await ask('app.js'))?.headers?.['ETag'] ?? '';
    const asGzip = { 'accept-encoding': 'gzip' };
    const compressed = (await ask('app.js', asGzip))?.headers?.['ETag'] ?? '';
    expect(plain).toMatch(/^"[\w-]{22}"$/);
    expect(compressed).toBe(plain.replace(/"$/, '-gzip"'));
    expect((await ask('app.js', { 'if-none-match': plain }))?.status).toBe(304);
    expect((await ask('app.js', { 'if-none-match': compressed }))?.status).toBe(200);
    expect((await ask('app.js', { ...asGzip, 'if-none-match': compressed }))?.status).toBe(304);
  });

  it('leads from a slash too many to the page, with a query that a header can have', async () => {
    const to = async (query: string): Promise<unknown> =>
      (await ask('', {}, query))?.headers?.['Location'];
    expect([await to(''), await to('q=a%20b'), await to('q=é\r\n')]).toEqual([
      '../ui',
      '../ui?q=a%20b',
      '../ui',
    ]);
  });
});

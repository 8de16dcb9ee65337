import { describe, expect, it } from '@jest/globals';
import { readJson, readProblem, retryAfterMs } from './answer.js';

const withHeaders = (headers: Record<string, string>, status = 200, body = ''): Response =>
  new Response(body, { status, headers });

describe('readJson', () => {
  it('rejects with what it got in place of JSON', async () => {
    const page = withHeaders({ 'content-type': 'text/html' }, 200, '<html>Log in</html>');
    await expect(readJson(page, 'GET /tasks/stats')).rejects.toMatchObject({
      name: 'TaskApiError',
      code: 'BAD_ANSWER',
      status: 200,
      message:
        'Expected an answer of Task Monitor to GET /tasks/stats, got status 200 with text/html: "<html>Log in</html>". ' +
        'Is the base URL right, and does a proxy or a log-in page answer there?',
    });
  });

  it('rejects JSON that is none', async () => {
    const cut = withHeaders({ 'content-type': 'application/json; charset=utf-8' }, 200, '{"a":');
    await expect(readJson(cut, 'GET /')).rejects.toMatchObject({ code: 'BAD_ANSWER' });
  });
});

describe('readProblem', () => {
  it('has all that the server says of it', async () => {
    const body = JSON.stringify({
      code: 'STORE_UNAVAILABLE',
      detail: 'The tasks cannot be reached.',
      request_id: 'r-1',
    });
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '5' };
    expect(await readProblem(withHeaders(headers, 503, body), 'GET /')).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      detail: 'The tasks cannot be reached.',
      message: 'The tasks cannot be reached.',
      status: 503,
      requestId: 'r-1',
      retryAfterMs: 5_000,
      errors: [],
      isTemporary: true,
    });
  });

  it.each([
    ['a page', 'text/html', '<h1>502</h1>'],
    ['JSON of somebody else', 'application/json', '{"message":"no"}'],
    ['JSON that is null', 'application/json', 'null'],
    ['JSON that is none', 'application/json', '{'],
  ])('tells that it is none of ours: %s', async (_, type, body) => {
    const problem = await readProblem(withHeaders({ 'content-type': type }, 502, body), 'GET /');
    expect(problem).toMatchObject({ code: 'BAD_ANSWER', status: 502, isTemporary: true });
  });
});

describe('retryAfterMs', () => {
  it.each([
    ['120', 120_000],
    ['Thu, 26 Nov 2026 01:00:10 GMT', 10_000],
    ['Thu, 26 Nov 2026 00:00:00 GMT', 0],
    ['soon', null],
    ['', null],
  ])('reads %j as %j', (text, ms) => {
    const now = Date.UTC(2026, 10, 26, 1, 0, 0);
    expect(retryAfterMs(withHeaders({ 'retry-after': text }), now)).toBe(ms);
  });
});

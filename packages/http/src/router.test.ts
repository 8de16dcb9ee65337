import { match, splitUrl } from './router.js';

describe('match', () => {
  it.each([
    ['/stats', 'GET, HEAD, OPTIONS', null],
    ['/count/running', 'GET, HEAD, OPTIONS', null],
    ['/cleanup', 'DELETE, OPTIONS', null],
    ['/550e8400-e29b', 'GET, HEAD, OPTIONS', '550e8400-e29b'],
    ['/%2e%2e%2f', 'GET, HEAD, OPTIONS', '%2e%2e%2f'],
  ])('finds %s', (path, allow, taskId) => {
    expect(match(path)).toMatchObject({ allow, taskId });
  });

  it.each([
    '/Stats',
    '/%73tats',
    '/cleanup;x',
    '/CLEANUP',
    '/counts',
    '/constructor',
    '/__proto__',
  ])('takes %s for a task id at most', (path) => {
    expect(match(path)).toMatchObject({ taskId: path.slice(1) });
    expect(match(path)?.endpoints.has('DELETE')).toBe(false);
  });

  it.each(['', '/', '//', '//stats', '/stats/', '/stats//', '/count/running/', '/a1/b', '*', 'a1'])(
    'finds nothing at "%s"',
    (path) => {
      expect(match(path)).toBeNull();
    },
  );
});

describe('splitUrl', () => {
  it.each([
    ['/stats', '/stats', ''],
    ['/all?limit=3', '/all', 'limit=3'],
    ['/all?a=?b', '/all', 'a=?b'],
    ['/?', '/', ''],
    ['http://localhost:8000/all?limit=3', '/all', 'limit=3'],
    ['HTTPS://localhost/all', '/all', ''],
    ['http://localhost?x', '', 'x'],
    ['/a?u=http://x/stats', '/a', 'u=http://x/stats'],
  ])('splits %s', (url, path, query) => {
    expect(splitUrl(url)).toEqual({ path, query });
  });
});

import type { IncomingMessage } from 'node:http';
import { parseOrigin, refuseCrossSite } from './cross-site.js';

type Headers = Readonly<Record<string, string>>;

function accepts(headers: Headers, allowed: readonly string[] = [], encrypted = false): boolean {
  const req = {
    headers: { host: 'app.example:8000', ...headers },
    socket: encrypted ? { encrypted } : {},
  } as unknown as IncomingMessage;
  try {
    refuseCrossSite(req, new Set(allowed));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    return false;
  }
}

const OWN = 'http://app.example:8000';
const OTHER = 'https://evil.example';

describe('refuseCrossSite', () => {
  it('accepts what no browser sent', () => {
    expect(accepts({})).toBe(true);
  });

  it.each([
    ['same-origin', true],
    ['same-site', false],
    ['cross-site', false],
    ['none', false],
    ['', false],
    ['Same-Origin', false],
    ['same-origin, cross-site', false],
  ])('goes by Sec-Fetch-Site: %s', (site, accepted) => {
    expect(accepts({ 'sec-fetch-site': site })).toBe(accepted);
    expect(accepts({ 'sec-fetch-site': site, origin: OWN })).toBe(accepted);
  });

  it.each([
    [OWN, true],
    ['https://app.example:8000', true],
    ['http://APP.example:8000', true],
    [OTHER, false],
    ['null', false],
    ['', false],
    ['http://app.example', false],
    ['http://app.example:80000', false],
    [`${OWN}/`, false],
    [`${OWN}, ${OTHER}`, false],
    ['http://app.example:8000@evil.example', false],
    ['http://app.example.evil.example:8000', false],
    ['ftp://app.example:8000', false],
  ])('goes by Origin: %s without it', (origin, accepted) => {
    expect(accepts({ origin })).toBe(accepted);
  });

  it('knows the default ports', () => {
    expect(accepts({ host: 'app.example', origin: 'http://app.example:80' })).toBe(true);
    expect(accepts({ host: 'app.example:443', origin: 'https://app.example' })).toBe(true);
    expect(accepts({ host: 'app.example:80', origin: 'https://app.example' })).toBe(false);
  });

  it('wants https where the connection is', () => {
    expect(accepts({ origin: OWN }, [], true)).toBe(false);
    expect(accepts({ origin: 'https://app.example:8000' }, [], true)).toBe(true);
  });

  it('accepts an allowed origin, from whatever site it is', () => {
    expect(accepts({ origin: OTHER, 'sec-fetch-site': 'cross-site' }, [OTHER])).toBe(true);
    expect(accepts({ origin: OTHER }, [OTHER])).toBe(true);
    expect(accepts({ origin: `${OTHER}:8443` }, [OTHER])).toBe(false);
    expect(accepts({ 'sec-fetch-site': 'cross-site' }, [OTHER])).toBe(false);
  });
});

describe('parseOrigin', () => {
  it.each([
    ['https://admin.example.com', 'https://admin.example.com'],
    ['HTTP://Admin.example.com:80', 'http://admin.example.com'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
  ])('reads %s', (text, origin) => {
    expect(parseOrigin(text)).toBe(origin);
  });

  it.each([
    '',
    '*',
    'null',
    'admin.example.com',
    'https://a/b',
    'https://a/',
    'https://u@a',
    'ws://a',
  ])('reads nothing in "%s"', (text) => {
    expect(parseOrigin(text)).toBeNull();
  });
});

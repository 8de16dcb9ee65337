import type { IncomingMessage } from 'node:http';
import { parseHost, refuseForeignHost } from './host.js';

interface Asked {
  readonly host?: string;
  readonly url?: string;
  readonly localAddress?: string | undefined;
  readonly rawHeaders?: readonly string[];
}

function aRequest({ host, url = '/stats', rawHeaders, ...rest }: Asked): IncomingMessage {
  const localAddress = 'localAddress' in rest ? rest.localAddress : '127.0.0.1';
  return {
    url,
    headers: { host },
    rawHeaders: rawHeaders ?? (host === undefined ? [] : ['Host', host]),
    socket: { localAddress },
  } as unknown as IncomingMessage;
}

const accepts = (asked: Asked, allowed: readonly string[] = []): boolean => {
  try {
    refuseForeignHost(aRequest(asked), new Set(allowed));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    return false;
  }
};

describe('parseHost', () => {
  it.each([
    ['example.com', { name: 'example.com', port: null }],
    ['Example.COM.:8000', { name: 'example.com', port: 8000 }],
    ['localhost:', { name: 'localhost', port: null }],
    ['my_host-1', { name: 'my_host-1', port: null }],
    ['[::1]:80', { name: '::1', port: 80 }],
    ['[FE80::1]', { name: 'fe80::1', port: null }],
  ])('reads %s', (text, host) => {
    expect(parseHost(text)).toEqual(host);
  });

  it.each(['', '.', 'a..b', 'a@b', 'a:b', 'a:99999', 'a/b', 'a b', '[::1', '::1', '[::1]x', 'a,b'])(
    'reads nothing in "%s"',
    (text) => {
      expect(parseHost(text)).toBeNull();
    },
  );
});

describe('refuseForeignHost', () => {
  it.each([
    'localhost',
    'LOCALHOST.',
    'localhost:8000',
    '127.0.0.1',
    '127.8.9.255:1',
    '[::1]:8000',
  ])('accepts %s', (host) => {
    expect(accepts({ host })).toBe(true);
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    'x.localhost',
    '127.0.0.1.evil.example',
    '127.0.0.256',
    '127.0.0.01',
    '127.1',
    '0.0.0.0',
    '[::]',
    '[::ffff:127.0.0.1]',
    'localhost@evil.example',
    'evil.example@localhost',
    'localhost, evil.example',
    'http://localhost',
    '',
  ])('refuses "%s"', (host) => {
    expect(accepts({ host })).toBe(false);
  });

  it('refuses where there is none, or more than one', () => {
    expect(accepts({})).toBe(false);
    const rawHeaders = ['Host', 'localhost', 'HOST', 'evil.example'];
    expect(accepts({ host: 'localhost', rawHeaders })).toBe(false);
  });

  it('asks the same of a host in the URL', () => {
    expect(accepts({ host: 'localhost', url: 'http://localhost:1/stats' })).toBe(true);
    expect(accepts({ host: 'localhost', url: 'http://evil.example/stats' })).toBe(false);
    expect(accepts({ host: 'localhost', url: 'HTTP://evil.example' })).toBe(false);
    expect(accepts({ host: 'evil.example', url: 'http://localhost/stats' })).toBe(false);
    expect(accepts({ host: 'localhost', url: '/x?u=http://evil.example' })).toBe(true);
  });

  it('accepts the names it was told to, at any port', () => {
    expect(accepts({ host: 'Tasks.Example.com.:81' }, ['tasks.example.com'])).toBe(true);
    expect(accepts({ host: 'x.tasks.example.com' }, ['tasks.example.com'])).toBe(false);
  });

  it.each(['::1', '127.0.0.1', '127.9.9.9', '::ffff:127.0.0.1'])('looks at %s', (localAddress) => {
    expect(accepts({ host: 'evil.example', localAddress })).toBe(false);
  });

  it.each(['10.0.0.7', '::ffff:10.0.0.7', 'fe80::1', undefined])(
    'lets any name lead to %s',
    (localAddress) => {
      expect(accepts({ host: 'evil.example', localAddress })).toBe(true);
    },
  );
});

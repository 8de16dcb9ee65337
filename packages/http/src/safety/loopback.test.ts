import type { IncomingMessage } from 'node:http';
import { isFromLoopback } from './loopback.js';

function asks(remoteAddress: string | undefined, headers: Readonly<Record<string, string>> = {}) {
  return isFromLoopback({ socket: { remoteAddress }, headers } as unknown as IncomingMessage);
}

describe('isFromLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('is true of %s', (address) => {
    expect(asks(address, { host: 'localhost', origin: 'http://localhost' })).toBe(true);
  });

  it.each(['10.0.0.1', '128.0.0.1', '::ffff:10.0.0.1', '::2', 'fe80::1', '1270.0.0.1', undefined])(
    'is false of %s',
    (address) => {
      expect(asks(address)).toBe(false);
    },
  );

  it.each([
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-original-forwarded-for',
    'x-real-ip',
    'x-client-ip',
    'x-cluster-client-ip',
    'cf-connecting-ip',
    'true-client-ip',
    'fastly-client-ip',
    'fly-client-ip',
  ])('is false where a proxy has put in %s, whatever it says', (name) => {
    expect(asks('127.0.0.1', { [name]: '127.0.0.1' })).toBe(false);
    expect(asks('127.0.0.1', { [name]: '' })).toBe(false);
  });
});

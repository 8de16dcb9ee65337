import type { IncomingMessage } from 'node:http';

/** As the system writes addresses. A socket of the file system has none. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return (
    address !== undefined &&
    (address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.'))
  );
}

/**
 * Whether a program on this machine asks, on its own behalf: what a proxy on this machine passes on comes from a loopback
 * address, too, but says so in a header.
 */
export function isFromLoopback(req: IncomingMessage): boolean {
  return (
    isLoopbackAddress(req.socket.remoteAddress) &&
    !Object.keys(req.headers).some((name) => FORWARDING.test(name))
  );
}

/** Those that proxies and content delivery networks put in, in lower case as Node has them. */
const FORWARDING =
  /^(?:forwarded|via|(?:x|cf|true|fastly|fly)-.*(?:forwarded|client|real|connecting).*)$/;

import type { IncomingMessage } from 'node:http';
import { Problem } from '../problem.js';
import { isLoopbackAddress } from './loopback.js';

export interface Host {
  /** In lower case, without a trailing dot; an IPv6 address without its brackets. */
  readonly name: string;
  readonly port: number | null;
}

/**
 * Refuses a request to a loopback address under a foreign name: a web page whose own name was made to lead to this
 * machine could otherwise read everything (DNS rebinding). Elsewhere any name is fine.
 *
 * @throws {@link Problem} FORBIDDEN
 */
export function refuseForeignHost(req: IncomingMessage, allowedHosts: ReadonlySet<string>): void {
  if (!isLoopbackAddress(req.socket.localAddress)) return;
  // A URL with a host of its own says the same thing a second time, or lies.
  const inUrl = req.url?.startsWith('/') ? undefined : ABSOLUTE_URL.exec(req.url ?? '')?.[1];
  if (
    hostHeaders(req.rawHeaders) === 1 &&
    isAllowed(req.headers.host, allowedHosts) &&
    (inUrl === undefined || isAllowed(inUrl, allowedHosts))
  )
    return;
  throw new Problem('FORBIDDEN', {
    detail:
      'On a loopback address the Host has to be localhost, a loopback address, or one of `allowedHosts`.',
  });
}

function isAllowed(text: string | undefined, allowedHosts: ReadonlySet<string>): boolean {
  if (text !== undefined && text === latestLoopback) return true;
  const host = text === undefined ? null : parseHost(text);
  if (host === null) return false;
  if (!isLoopbackName(host.name)) return allowedHosts.has(host.name);
  latestLoopback = text;
  return true;
}

/** The latest Host that was found to be a loopback name: programs send the same one over and over. */
let latestLoopback: string | undefined;

/** Reads `name[:port]`, and nothing more lenient than that: no user, no path, no spaces. */
export function parseHost(text: string): Host | null {
  const found = HOST.exec(text);
  if (found === null) return null;
  const name = (found[1] ?? found[2] ?? '').toLowerCase();
  const port = found[3] ? Number(found[3]) : null;
  return port !== null && port > 65_535 ? null : { name, port };
}

const HOST = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?)(?::([0-9]{0,5}))?$/i;
const ABSOLUTE_URL = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;
const LOOPBACK_IPV4 = /^127(?:\.(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])){3}$/;

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '::1' || LOOPBACK_IPV4.test(name);
}

/** Node keeps the first of several; another program on the way may go by the last. */
function hostHeaders(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}

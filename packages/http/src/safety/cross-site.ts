import type { IncomingMessage } from 'node:http';
import { Problem } from '../problem.js';
import { parseHost } from './host.js';

/**
 * Refuses a change that a page of another site asks a browser for (CSRF). Browsers say where a request comes from;
 * programs like curl say nothing, and pass.
 *
 * @throws {@link Problem} FORBIDDEN
 */
export function refuseCrossSite(req: IncomingMessage, allowedOrigins: ReadonlySet<string>): void {
  const { origin, 'sec-fetch-site': site } = req.headers;
  if (origin !== undefined && allowedOrigins.has(origin.toLowerCase())) return;
  if (site === undefined ? origin === undefined || isOwn(origin, req) : site === 'same-origin')
    return;
  throw new Problem('FORBIDDEN', {
    detail:
      'Changes may not be asked for by pages of an origin that is not one of `allowedOrigins`.',
  });
}

/** An origin as browsers write it, in lower case and without a default port; `null` if it is none. */
export function parseOrigin(text: string): string | null {
  const found = ORIGIN.exec(text);
  const host = found === null ? null : parseHost(found[2] as string);
  return host === null ? null : new URL(text).origin;
}

const ORIGIN = /^(https?):\/\/([^/?#@\\]+)$/i;

/** Where the connection is not encrypted, a proxy in front may have been asked by https. */
function isOwn(origin: string, req: IncomingMessage): boolean {
  const [, scheme = '', authority = ''] = ORIGIN.exec(origin) ?? [];
  const theirs = parseHost(authority);
  const ours = parseHost(req.headers.host ?? '');
  if (theirs === null || ours === null || theirs.name !== ours.name) return false;
  const isHttps = scheme.toLowerCase() === 'https';
  const defaultPort = isHttps ? 443 : 80;
  if ((theirs.port ?? defaultPort) !== (ours.port ?? defaultPort)) return false;
  return isHttps || !('encrypted' in req.socket);
}

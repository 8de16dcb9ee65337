import type { IncomingMessage } from 'node:http';
import type { Task, TaskFilter } from '@task-monitor/core';
import type { Action } from './contract.js';
import { Problem } from './problem.js';

/**
 * Whether a request may be served: `true`, `false`, or `{ filter }`, which narrows every list, count and clean-up to the
 * tasks this caller may see. `task` is the one that was asked for, else `null`. A throw, or no answer within 5 s, is a no.
 */
export type Authorize = (
  req: IncomingMessage,
  request: { readonly action: Action; readonly task: Task | null },
) => AuthorizeAnswer | Promise<AuthorizeAnswer>;

export type AuthorizeAnswer = boolean | { readonly filter: TaskFilter };

export interface SafetyOptions {
  /** Asked on every request. Default: everything documented is open, as far as the host's own middleware lets it. */
  readonly authorize?: Authorize;
  /** Refuses every request that would change anything. Default `false`. */
  readonly readOnly?: boolean;
  /** Host names, besides loopback ones, under which a loopback socket is reached: those of a proxy in front. */
  readonly allowedHosts?: readonly string[];
  /** Origins, like `https://admin.example.org`, whose pages may send changes. Default: only the own one. */
  readonly allowedOrigins?: readonly string[];
}

/** The filter that leaves everything in sight. */
export const EVERYTHING: TaskFilter = Object.freeze({});

const AUTHORIZE_TIMEOUT_MS = 5_000;

/**
 * Refuses what a page of another site could make a browser send.
 *
 * - A site whose name was made to resolve to 127.0.0.1 (DNS rebinding) still sends its own name as Host.
 * - A form or script of another site that sends a change says so in Sec-Fetch-Site, in older browsers in Origin.
 *
 * @throws Problem 403
 */
export function refuseOtherSites(req: IncomingMessage, rawUrl: string, options: SafetyOptions): void {
  if (isLoopback(req.socket.localAddress)) {
    const authority = /^https?:\/\/([^/?#]*)/i.exec(rawUrl)?.[1];
    const hosts = authority === undefined ? [req.headers.host] : [authority, req.headers.host];
    if (!hosts.every((host) => isAllowedHost(host, options.allowedHosts ?? []))) {
      throw forbidden('This host name is not served here; name it in `allowedHosts` if it is that of a proxy in front.');
    }
  }
  if (req.method === 'GET' || req.method === 'HEAD' || req.method === 'OPTIONS') return;
  const site = req.headers['sec-fetch-site'];
  const origin = req.headers.origin;
  if (origin !== undefined && options.allowedOrigins?.includes(origin)) return;
  const isOwn = site === undefined ? isOwnOrigin(origin, req.headers.host) : site === 'same-origin';
  if (!isOwn) throw forbidden('Changes from pages of other sites are refused; name their origin in `allowedOrigins`.');
}

/** What this request may see. @throws Problem 403 */
export async function authorized(
  req: IncomingMessage,
  action: Action,
  task: Task | null,
  options: SafetyOptions,
): Promise<TaskFilter> {
  if (options.readOnly && action !== 'read') throw forbidden('This is read-only.');
  if (options.authorize === undefined) return EVERYTHING;
  const answer = await answerOf(options.authorize, req, action, task);
  if (answer === true) return EVERYTHING;
  if (typeof answer === 'object' && answer !== null && typeof answer.filter === 'object') return answer.filter;
  throw forbidden('Not allowed.');
}

async function answerOf(
  authorize: Authorize,
  req: IncomingMessage,
  action: Action,
  task: Task | null,
): Promise<AuthorizeAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), AUTHORIZE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([authorize(req, { action, task }), tooLate]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (/^(::ffff:)?127\./i.test(address) || address === '::1');
}

function isAllowedHost(host: string | undefined, allowed: readonly string[]): boolean {
  if (host === undefined) return false;
  if (/^(localhost\.?|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host)) return true;
  const name = host.toLowerCase();
  return allowed.some((one) => name === one.toLowerCase() || name.replace(/:\d{1,5}$/, '') === one.toLowerCase());
}

function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  // Behind a proxy the scheme is not known here; the host is what tells sites apart.
  return host !== undefined && /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase() === host.toLowerCase();
}

function forbidden(detail: string): Problem {
  return new Problem('FORBIDDEN', detail);
}

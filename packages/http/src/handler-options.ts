import type { IncomingMessage } from 'node:http';
import {
  aFunction,
  boolean,
  type Check,
  checkOptions,
  positiveInteger,
  show,
} from '@task-monitor/core';
import { aDashboard, type Dashboard } from './dashboard/dashboard.js';
import type { AccessDecision, AccessRequest, Authorize } from './safety/authorize.js';
import { parseOrigin } from './safety/cross-site.js';
import { parseHost } from './safety/host.js';
import type { TimestampFormat } from './wire.js';

export interface TaskHandlerOptions {
  /**
   * Asked for every request of an endpoint, `HEAD` included, with the task where the path names one; only the files that the
   * page of `dashboard` loads are the same for everyone, and not asked about. What it refuses is 403, and so is a throw, a missing answer and one that takes longer than `requestTimeoutMs`. A filter narrows lists,
   * counts, statistics and cleanup; any other task is then not found. Default: reads and the documented cleanup are
   * allowed, and the middleware in front decides; cancelling is for clients on the same machine alone. In Express `req` is the `Request` of the application.
   */
  authorize?(
    req: IncomingMessage,
    request: AccessRequest,
  ): AccessDecision | Promise<AccessDecision>;
  /** Whether everything that changes something is refused with 403. Default `false`: the documented cleanup works. */
  readonly readOnly?: boolean;
  /**
   * Names by which clients may address a loopback socket, beside `localhost` and loopback addresses: those that a proxy on
   * the same machine passes on, such as `tasks.example.com`. Without ports. Default: none, so that no web page can reach
   * the API by making a name of its own lead to this machine.
   */
  readonly allowedHosts?: readonly string[];
  /** Other origins whose pages may ask for changes: `https://admin.example.com`. Default: none. */
  readonly allowedOrigins?: readonly string[];
  /**
   * Where clients find this API: what goes before `/{task_id}` in the `Location` that `accepted` answers with, such as
   * `/api/tasks`, behind a proxy that rewrites paths what stands in front of it, or a whole URL. Default `/tasks`.
   */
  readonly at?: string;
  /** How instants are written. Default `rfc3339`, because a time without a zone is read differently by every client. */
  readonly timestamps?: TimestampFormat;
  /**
   * Milliseconds until a request is answered in any case, with 503 if the store is what it waits for. Default 5,000: less
   * than clients and proxies usually wait.
   */
  readonly requestTimeoutMs?: number;
  /**
   * Streams that may be open at a time, and as many requests may wait for a change. Default 1,000: each takes a connection.
   * Further ones are refused with 503.
   */
  readonly maxStreams?: number;
  /**
   * Milliseconds after which a stream is ended, so that the client comes again and `authorize` is asked anew. Default
   * 3,600,000: an hour.
   */
  readonly streamLifetimeMs?: number;
  /**
   * Whether `GET /metrics` answers Prometheus, for callers of `read` who may see all tasks. What ends, waits and runs is
   * counted from the moment the handler is made, in this process. Default `false`: the path answers 404.
   */
  readonly metrics?: boolean;
  /**
   * The web page that `GET /ui` answers with: `dashboard` of `@task-monitor/dashboard`. Who may see it is up to `authorize`,
   * asked to `read`; without one it is open, as all reads are. Default: none, and the path answers 404.
   */
  readonly dashboard?: Dashboard;
  /**
   * Told of every error behind an answer of 500 and above, with the request id of that answer, and of an `authorize` that
   * failed; of streams that are refused, or changes that cannot be followed, once for each cause until it is mended. What it throws is ignored. Default: `process.emitWarning`.
   */
  readonly onError?: (error: unknown, where: string) => void;
}

/** The options with their defaults, read once. */
export interface HandlerSettings {
  readonly authorize: Authorize | null;
  readonly readOnly: boolean;
  readonly allowedHosts: ReadonlySet<string>;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly at: string;
  readonly timestamps: TimestampFormat;
  readonly requestTimeoutMs: number;
  readonly maxStreams: number;
  readonly streamLifetimeMs: number;
  readonly metrics: boolean;
  readonly dashboard: Dashboard | null;
  readonly onError: (error: unknown, where: string) => void;
}

/** @throws TaskMonitorError INVALID_OPTIONS */
export function handlerSettings(given: TaskHandlerOptions): HandlerSettings {
  checkOptions("Task Monitor's HTTP API", given, CHECKS);
  const options = { ...given };
  return {
    authorize: options.authorize?.bind(options) ?? null,
    readOnly: options.readOnly ?? false,
    allowedHosts: new Set(options.allowedHosts?.map((text) => parseHost(text)?.name ?? '')),
    allowedOrigins: new Set(options.allowedOrigins?.map((text) => parseOrigin(text) ?? '')),
    at: options.at ?? '/tasks',
    timestamps: options.timestamps ?? 'rfc3339',
    requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
    maxStreams: options.maxStreams ?? 1_000,
    streamLifetimeMs: options.streamLifetimeMs ?? 3_600_000,
    metrics: options.metrics ?? false,
    dashboard: options.dashboard ?? null,
    onError: options.onError ?? warn,
  };
}

/** A longer delay would make `setTimeout` fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

const CHECKS: Readonly<Record<keyof TaskHandlerOptions, Check>> = {
  authorize: aFunction,
  readOnly: boolean,
  allowedHosts: (value) =>
    isListOf(value, (text) => parseHost(text)?.port === null)
      ? null
      : 'an array of host names without ports',
  allowedOrigins: (value) =>
    isListOf(value, (text) => parseOrigin(text) !== null)
      ? null
      : 'an array of origins such as "https://admin.example.com"',
  at: address,
  timestamps: (value) =>
    value === 'rfc3339' || value === 'documented' ? null : '"rfc3339" or "documented"',
  requestTimeoutMs: delay,
  maxStreams: positiveInteger,
  streamLifetimeMs: delay,
  metrics: boolean,
  dashboard: aDashboard,
  onError: aFunction,
};

/** What may stand in a header as the beginning of an address. */
export function address(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]*$/.test(value)
    ? null
    : 'a path such as "/tasks", or a URL, percent-encoded';
}

function isListOf(value: unknown, isGood: (text: string) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && isGood(item));
}

function warn(error: unknown, where: string): void {
  const message = error instanceof Error ? error.message : show(error);
  process.emitWarning(`While ${where}: ${message}`, 'TaskMonitorWarning');
}

function delay(value: unknown): string | null {
  return typeof value === 'number' && value > 0 && value <= LONGEST_DELAY_MS
    ? null
    : 'a number of milliseconds, above 0 and at most 2^31 − 1';
}

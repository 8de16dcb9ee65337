import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isTaskMonitorError, matches, type Task, type TaskFilter, type TaskMonitor } from '@task-monitor/core';
import { ENDPOINTS, type EndpointName, type QueryOf } from './contract.js';
import { cleanup } from './endpoints/cleanup.js';
import { answer, type AnswerEndpoint, type EndpointAnswer } from './endpoints/endpoint.js';
import { all, pending, running } from './endpoints/lists.js';
import { countRunning, stats } from './endpoints/stats.js';
import { Problem } from './problem.js';
import { readQuery } from './query-string.js';
import { discardBody } from './request-body.js';
import { allowedMethods, routeOf } from './routes.js';
import { authorized, EVERYTHING, refuseOtherSites, type SafetyOptions } from './safety.js';
import { type Timestamps, wireTask } from './wire.js';

export interface TaskHandlerOptions extends SafetyOptions {
  /** How instants are written. Default `rfc3339`. */
  readonly timestamps?: Timestamps;
  /** Milliseconds after which a store that does not answer is told as 503. Default 5,000. */
  readonly requestTimeoutMs?: number;
  /** Told of every 500, with the request id that the client got. Default: `process.emitWarning`. */
  readonly onError?: (error: unknown, requestId: string) => void;
}

/** Answers one request; `url` is its path and query below the mount. Never rejects because of a request. */
export type TaskHandler = (req: IncomingMessage, res: ServerResponse, url: string) => Promise<void>;

const ANSWERS: { readonly [Name in Exclude<EndpointName, 'task'>]: AnswerEndpoint<Name> } = {
  stats,
  running,
  pending,
  all,
  countRunning,
  cleanup,
};

/** Serves the documented HTTP API of a monitor to requests of `node:http`. */
export function createTaskHandler(monitor: TaskMonitor, options: TaskHandlerOptions = {}): TaskHandler {
  return async (req, res, url) => {
    try {
      await serve(monitor, options, req, res, url);
    } catch (error) {
      sendProblem(req, res, problemOf(error, options));
    }
  };
}

async function serve(
  monitor: TaskMonitor,
  options: TaskHandlerOptions,
  req: IncomingMessage,
  res: ServerResponse,
  url: string,
): Promise<void> {
  refuseOtherSites(req, (req as { originalUrl?: string }).originalUrl ?? url, options);
  const question = url.indexOf('?');
  const match = routeOf(question < 0 ? url : url.slice(0, question));
  if (match === null) throw new Problem('NOT_FOUND', 'There is nothing at this path.');
  const allow = allowedMethods(match.route);
  if (req.method === 'OPTIONS') {
    await authorized(req, 'read', null, options);
    return send(req, res, 204, { Allow: allow }, '');
  }
  const name = match.route.get(req.method === 'HEAD' ? 'GET' : (req.method ?? ''));
  if (name === undefined) throw new Problem('METHOD_NOT_ALLOWED', `Allowed here: ${allow}.`, {}, { Allow: allow });
  await discardBody(req);
  const query = readQuery(question < 0 ? '' : url.slice(question + 1), ENDPOINTS[name].query);
  const found =
    name === 'task'
      ? await oneTask(monitor, options, req, match.rawId ?? '')
      : await called(name, monitor, options, query, await authorized(req, ENDPOINTS[name].action, null, options));
  send(req, res, 200, found.link === undefined ? {} : { Link: found.link }, found.json);
}

function called<Name extends Exclude<EndpointName, 'task'>>(
  name: Name,
  monitor: TaskMonitor,
  options: TaskHandlerOptions,
  query: Record<string, unknown>,
  filter: TaskFilter,
): Promise<EndpointAnswer<unknown>> {
  const { timestamps = 'rfc3339' } = options;
  return inTime(ANSWERS[name]({ monitor, query: query as QueryOf<Name>, filter, timestamps }), options);
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

async function oneTask(
  monitor: TaskMonitor,
  options: TaskHandlerOptions,
  req: IncomingMessage,
  rawId: string,
): Promise<EndpointAnswer<unknown>> {
  const id = decodedId(rawId);
  const task = ID.test(id) ? await inTime(taskOrNull(monitor, id), options) : null;
  const filter = await authorized(req, 'read', task, options);
  if (task === null || (filter !== EVERYTHING && !matches(task, filter))) {
    throw new Problem('TASK_NOT_FOUND', `Task not found: ${id.slice(0, 128)}`);
  }
  return answer(wireTask(task, options.timestamps ?? 'rfc3339'));
}

function decodedId(rawId: string): string {
  try {
    return decodeURIComponent(rawId);
  } catch {
    throw new Problem('INVALID_INPUT', 'The path is not properly percent-encoded.');
  }
}

async function taskOrNull(monitor: TaskMonitor, id: string): Promise<Task | null> {
  try {
    return await monitor.get(id);
  } catch (error) {
    if (isTaskMonitorError(error) && error.code === 'TASK_NOT_FOUND') return null;
    throw error;
  }
}

/** A store that hangs must not make its clients hang. */
async function inTime<T>(work: Promise<T>, { requestTimeoutMs = 5_000 }: TaskHandlerOptions): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem('STORE_UNAVAILABLE', UNAVAILABLE)), requestTimeoutMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

const UNAVAILABLE = 'The task store does not answer right now.';

/** What may be told of an error: the mistakes of a request in full, of everything else only its kind. */
function problemOf(error: unknown, { onError = warn }: TaskHandlerOptions): Problem {
  if (error instanceof Problem) return error;
  if (isTaskMonitorError(error)) {
    if (error.code === 'INVALID_INPUT' || error.code === 'TASK_NOT_FOUND') return new Problem(error.code, error.message);
    const problem = new Problem(error.code, UNAVAILABLE);
    if (problem.status === 503) return problem;
  }
  const requestId = randomUUID();
  try {
    onError(error, requestId);
  } catch {
    // The answer to this client does not depend on whoever keeps the log.
  }
  return new Problem('INTERNAL', 'Something went wrong here; it was reported under the request id.', {
    request_id: requestId,
  });
}

function warn(error: unknown, requestId: string): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`Request ${requestId} failed: ${text}`, 'TaskMonitorWarning');
}

function sendProblem(req: IncomingMessage, res: ServerResponse, problem: Problem): void {
  send(req, res, problem.status, problem.headers, JSON.stringify(problem), 'application/problem+json; charset=utf-8');
}

function send(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  type = 'application/json; charset=utf-8',
): void {
  // The client went away, or an earlier answer is on its way.
  if (res.headersSent || res.destroyed) return;
  res.writeHead(status, {
    ...(body !== '' && { 'Content-Type': type }),
    ...(status !== 204 && { 'Content-Length': Buffer.byteLength(body) }),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    ...headers,
  });
  res.end(req.method === 'HEAD' ? undefined : body);
}

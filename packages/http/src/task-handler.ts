import type { IncomingMessage, ServerResponse } from 'node:http';
import { isTaskMonitorError, matches, type Task, type TaskMonitor } from '@task-monitor/core';
import { type Accepted, createAccepted } from './accepted.js';
import { type Endpoint, type EndpointName, ENDPOINTS } from './contract.js';
import { accepts } from './accept.js';
import { answerBelowPage, BELOW_PAGE } from './dashboard/answer-below-page.js';
import { ServedDashboard } from './dashboard/served-dashboard.js';
import { Deadline } from './deadline.js';
import type { Handler } from './endpoints/call.js';
import { HANDLERS } from './endpoints/handlers.js';
import { type Exchange, lateProblem, report } from './exchange.js';
import { handlerSettings, type TaskHandlerOptions } from './handler-options.js';
import { DocumentText } from './openapi/document-text.js';
import { Metrics } from './metrics/metrics.js';
import { Problem } from './problem.js';
import { parseQuery } from './query-string.js';
import { RepeatedTrouble } from './repeated-trouble.js';
import { problemReply, type Reply, send } from './reply.js';
import { drainBody, hasBodyOfUnknownLength, readBody, refuseLargeBody } from './request-body.js';
import { match, splitUrl } from './router.js';
import { scopeFor } from './safety/caller-scope.js';
import { refuseCrossSite } from './safety/cross-site.js';
import { refuseForeignHost } from './safety/host.js';
import { StreamHub } from './stream/stream-hub.js';
import { isTaskId, readTaskId, taskNotFound } from './task-id.js';
import { type Wait, WaitingRoom } from './waiting-room.js';
import { WireTexts } from './wire-texts.js';

export interface TaskHandler {
  /**
   * Answers a request of `node:http`. `url` is the request's URL below the mount, with its query: `/stats` for
   * `/tasks/stats`. Every path is answered, unknown ones with 404.
   *
   * Resolves when the answer is handed to the system, or the client has gone. Rejects only with what `res` itself throws.
   */
  (req: IncomingMessage, res: ServerResponse, url: string): Promise<void>;
  readonly accepted: Accepted;
}

/**
 * The HTTP API of `monitor` as a handler of requests.
 *
 * @throws TaskMonitorError INVALID_OPTIONS
 *
 * @example
 * const handle = createTaskHandler(monitor);
 * createServer((req, res) => {
 *   if (req.url?.startsWith('/tasks/')) handle(req, res, req.url.slice('/tasks'.length)).catch(() => res.destroy());
 *   else res.writeHead(404).end();
 * });
 */
export function createTaskHandler(
  monitor: TaskMonitor,
  options: TaskHandlerOptions = {},
): TaskHandler {
  const settings = handlerSettings(options);
  const texts = new WireTexts(settings.timestamps);
  const { maxStreams, streamLifetimeMs: lifetimeMs, onError } = settings;
  const deadline = new Deadline(settings.requestTimeoutMs);
  const streams = new StreamHub({ monitor, texts, maxStreams, lifetimeMs, onError });
  const refusals = new RepeatedTrouble();
  const document = new DocumentText();
  const waiting = new WaitingRoom(monitor, maxStreams);
  const metrics = settings.metrics
    ? new Metrics({ monitor, streams: () => streams.size, onError })
    : null;
  const dashboard = settings.dashboard && new ServedDashboard(settings.dashboard);
  const handle = async (req: IncomingMessage, res: ServerResponse, url: string): Promise<void> => {
    const exchange: Exchange = {
      monitor,
      settings,
      texts,
      streams,
      refusals,
      document,
      metrics,
      dashboard,
      req,
      url,
      endpoint: null,
      waitsFor: 'the store',
      isOver: false,
      hasWaited: false,
    };
    let reply: Reply | Wait;
    try {
      reply = await answerInTime(exchange, deadline);
      while ('until' in reply) {
        const { isClientThere } = await waiting.wait(reply, res);
        if (!isClientThere) return;
        exchange.hasWaited = true;
        reply = await answerInTime(exchange, deadline);
      }
    } catch (error) {
      const problem = Problem.from(error);
      report(problem, exchange);
      reply = refusalPage(problem, exchange) ?? problemReply(problem);
    }
    exchange.isOver = true;
    if (reply.stream !== undefined && streams.hasRoom) refusals.end();
    send(req, res, reply);
  };
  return Object.assign(handle, { accepted: createAccepted({ monitor, settings, texts, waiting }) });
}

function answerInTime(exchange: Exchange, deadline: Deadline): Promise<Reply | Wait> {
  return deadline.of(answer(exchange), () => lateProblem(exchange));
}

/** Cheap refusals come first, and nothing is told of any task before `authorize` has agreed. */
async function answer(exchange: Exchange): Promise<Reply | Wait> {
  const { monitor, settings, req } = exchange;
  refuseForeignHost(req, settings.allowedHosts);
  const { path, query } = splitUrl(exchange.url);
  if (path.startsWith(BELOW_PAGE)) return answerBelowPage(exchange, path, query);
  const found = match(path);
  if (found === null) throw new Problem('PATH_NOT_FOUND');
  if (req.method === 'OPTIONS') return { status: 204, headers: { Allow: found.allow } };
  const name = found.endpoints.get(req.method ?? '');
  if (name === undefined)
    throw new Problem('METHOD_NOT_ALLOWED', { headers: { Allow: found.allow } });
  const endpoint: Endpoint = ENDPOINTS[name];
  exchange.endpoint = endpoint;

  refuseLargeBody(req);
  const body = endpoint.method === 'GET' ? {} : await bodyOfChange(exchange, endpoint);
  const id = found.taskId === null ? null : readTaskId(found.taskId);
  const task = id === null ? null : await findTask(monitor, id);
  const asked = scopeFor(exchange, endpoint.action, task);
  // Each promise that is waited for where there is nothing to wait for makes every answer later.
  const scope = asked instanceof Promise ? await asked : asked;
  if (id !== null && (task === null || !matches(task, scope))) throw taskNotFound(id);
  // Who was refused for want of time must not get done what was asked for after all.
  if (exchange.isOver) throw lateProblem(exchange);
  // The table ties each name to what its handler is called with; TypeScript cannot follow it through a variable.
  return (HANDLERS[name] as Handler<EndpointName>)({
    monitor,
    req,
    query: endpoint.queryIsForPage ? {} : parseQuery(query, endpoint.query),
    body,
    scope,
    task: task as never,
    texts: exchange.texts,
    streams: exchange.streams,
    document: exchange.document,
    mayWait: !exchange.hasWaited,
    metrics: exchange.metrics,
    dashboard: exchange.dashboard,
    mayCancel: (other) => mayCancel(exchange, other),
  });
}

/** Somebody who opens the page in a browser, and may not, is told so in words. */
function refusalPage({ code }: Problem, { dashboard, endpoint, req }: Exchange): Reply | null {
  if (code !== 'FORBIDDEN' || endpoint !== ENDPOINTS.ui || dashboard === null) return null;
  return accepts(req.headers.accept, 'text/html') ? dashboard.refusal : null;
}

async function bodyOfChange(exchange: Exchange, endpoint: Endpoint): Promise<unknown> {
  const { settings, req } = exchange;
  refuseCrossSite(req, settings.allowedOrigins);
  if (settings.readOnly) throw new Problem('FORBIDDEN', { detail: 'Nothing can be changed here.' });
  exchange.waitsFor = 'the body';
  let body: unknown = {};
  if (endpoint.body !== undefined) body = await readBody(req);
  else if (hasBodyOfUnknownLength(req)) await drainBody(req);
  exchange.waitsFor = 'the store';
  return body;
}

async function mayCancel(exchange: Exchange, task: Task): Promise<boolean> {
  if (exchange.settings.readOnly) return false;
  try {
    return matches(task, await scopeFor(exchange, 'cancel', task));
  } catch (error) {
    // What may be read is read all the same, and an `authorize` that failed is told as ever.
    report(Problem.from(error), exchange);
    return false;
  }
}

async function findTask(monitor: TaskMonitor, id: string): Promise<Task | null> {
  if (!isTaskId(id)) return null;
  try {
    return await monitor.get(id);
  } catch (error) {
    if (isTaskMonitorError(error) && error.code === 'TASK_NOT_FOUND') return null;
    throw error;
  }
}

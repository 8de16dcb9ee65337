import type { IncomingMessage } from 'node:http';
import { type TaskMonitor, TaskMonitorError } from '@task-monitor/core';
import type { Endpoint } from './contract.js';
import type { ServedDashboard } from './dashboard/served-dashboard.js';
import type { HandlerSettings } from './handler-options.js';
import type { DocumentText } from './openapi/document-text.js';
import type { Metrics } from './metrics/metrics.js';
import { Problem } from './problem.js';
import type { RepeatedTrouble } from './repeated-trouble.js';
import type { StreamHub } from './stream/stream-hub.js';
import type { WireTexts } from './wire-texts.js';

/** One request on its way to its answer. */
export interface Exchange {
  readonly monitor: TaskMonitor;
  readonly settings: HandlerSettings;
  readonly texts: WireTexts;
  readonly streams: StreamHub;
  readonly refusals: RepeatedTrouble;
  readonly document: DocumentText;
  readonly metrics: Metrics | null;
  readonly dashboard: ServedDashboard | null;
  readonly req: IncomingMessage;
  /** Path and query below the mount. */
  readonly url: string;
  /** Known once the path and the method are. */
  endpoint: Endpoint | null;
  waitsFor: 'the body' | 'authorize' | 'the store';
  /** The client has its answer: nothing more may be done in its name. */
  isOver: boolean;
  /** It has waited for what it wanted to wait for, and is answered now in any case. */
  hasWaited: boolean;
}

/** What is answered when the time is over. */
export function lateProblem({ waitsFor, settings: { requestTimeoutMs } }: Exchange): Problem {
  const late = `${waitsFor} did not answer within ${requestTimeoutMs} ms`;
  switch (waitsFor) {
    case 'the body':
      return new Problem('BODY_TIMEOUT', { headers: { Connection: 'close' } });
    case 'authorize':
      return new Problem('FORBIDDEN', { cause: new Error(late) });
    case 'the store':
      return Problem.from(new TaskMonitorError('STORE_UNAVAILABLE', late));
  }
}

/** Tells the host of trouble that is its own, not the client's. */
export function report(problem: Problem, { settings, req, endpoint, refusals }: Exchange): void {
  if (problem.status < 500 && problem.cause === undefined) return;
  // Clients of streams come again by themselves, all of them, as long as it takes.
  if (endpoint?.stream !== undefined && !refusals.isNews(problem)) return;
  const request = `${req.method} ${endpoint?.path ?? 'an unknown path'}`;
  const where = problem.requestId === null ? request : `${request} (request ${problem.requestId})`;
  tell(settings.onError, problem.cause ?? problem, `answering ${where}`);
}

/** Tells the host what no answer says. */
export function tell(onError: HandlerSettings['onError'], error: unknown, where: string): void {
  try {
    onError(error, where);
  } catch {
    // A reporter that fails must not become the trouble of the request.
  }
}

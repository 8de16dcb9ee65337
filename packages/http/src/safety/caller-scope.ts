import type { IncomingMessage } from 'node:http';
import type { Task, TaskFilter } from '@task-monitor/core';
import type { Action } from '../contract.js';
import type { Exchange } from '../exchange.js';
import { Problem } from '../problem.js';
import { type AccessRequest, type Authorize, authorized } from './authorize.js';
import { isFromLoopback } from './loopback.js';

/**
 * Which tasks the caller may do `action` to; at once where nobody has to be asked, since to wait for a promise takes its time.
 *
 * @throws {@link Problem} FORBIDDEN
 */
export function scopeFor(
  exchange: Exchange,
  action: Action,
  task: Task | null,
): TaskFilter | Promise<TaskFilter> {
  const { authorize } = exchange.settings;
  if (authorize !== null) return askedScope(exchange, authorize, { action, task });
  return openScope(exchange.req, action);
}

async function askedScope(
  exchange: Exchange,
  authorize: Authorize,
  request: AccessRequest,
): Promise<TaskFilter> {
  exchange.waitsFor = 'authorize';
  const scope = await authorized(authorize, exchange.req, request);
  exchange.waitsFor = 'the store';
  return scope;
}

function openScope(req: IncomingMessage, action: Action): TaskFilter {
  if (action === 'cancel' && !isFromLoopback(req))
    throw new Problem('FORBIDDEN', { detail: LOCAL });
  return {};
}

const LOCAL =
  'Without `authorize`, only programs on the same machine may cancel, and not through a proxy.';

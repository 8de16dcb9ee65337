import type { ENDPOINTS } from '@task-monitor/http';
import type { AskedName } from './endpoint-methods.js';

/**
 * Where each endpoint is. Its types are those of the contract, so that an endpoint which is new there, or has moved, does
 * not compile here; nothing of the contract is there at run time.
 */
const ROUTES: {
  readonly [Name in AskedName]: Pick<(typeof ENDPOINTS)[Name], 'method' | 'path'>;
} = {
  stats: { method: 'GET', path: '/stats' },
  running: { method: 'GET', path: '/running' },
  pending: { method: 'GET', path: '/pending' },
  completed: { method: 'GET', path: '/completed' },
  failed: { method: 'GET', path: '/failed' },
  cancelled: { method: 'GET', path: '/cancelled' },
  all: { method: 'GET', path: '/all' },
  task: { method: 'GET', path: '/{task_id}' },
  output: { method: 'GET', path: '/{task_id}/output' },
  events: { method: 'GET', path: '/events' },
  taskEvents: { method: 'GET', path: '/{task_id}/events' },
  cancel: { method: 'POST', path: '/{task_id}/cancel' },
  count: { method: 'GET', path: '/count' },
  countRunning: { method: 'GET', path: '/count/running' },
  countPending: { method: 'GET', path: '/count/pending' },
  countCompleted: { method: 'GET', path: '/count/completed' },
  countFailed: { method: 'GET', path: '/count/failed' },
  countCancelled: { method: 'GET', path: '/count/cancelled' },
  health: { method: 'GET', path: '/health' },
  metrics: { method: 'GET', path: '/metrics' },
  cleanup: { method: 'DELETE', path: '/cleanup' },
  openapi: { method: 'GET', path: '/openapi.json' },
};

/**
 * The method and path of an endpoint, with `taskId` in its place.
 *
 * @throws TypeError for what can be no id: a path with it would lead elsewhere.
 */
export function routeTo(
  name: AskedName,
  taskId: string | null = null,
): { readonly method: string; readonly path: string } {
  const { method, path } = ROUTES[name];
  if (!path.includes(PLACE)) return { method, path };
  if (typeof taskId !== 'string' || taskId === '' || /^\.\.?$/.test(taskId))
    throw new TypeError(`Expected the id of a task, got ${JSON.stringify(taskId)}.`);
  return { method, path: path.replace(PLACE, () => encodeURIComponent(taskId)) };
}

const PLACE = '{task_id}';

import { type Action, type Endpoint, ENDPOINTS } from '@task-monitor/http';
import type { TaskRouterOptions } from '../src/index.js';

/** A request that an endpoint answers. */
export interface EndpointRequest {
  readonly method: Endpoint['method'];
  /** Below the mount. */
  readonly path: string;
  readonly action: Action;
  /** The task that the path names, else `null`. */
  readonly taskId: string | null;
  readonly isStream: boolean;
}

/** One for every endpoint that the API has, so that a new one is tried as all others are. Where they name a task it is `taskId`. */
export function everyEndpoint(taskId: string): readonly EndpointRequest[] {
  return Object.values<Endpoint>(ENDPOINTS).map(({ method, path, action, stream }) => ({
    method,
    path: path.replace('{task_id}', taskId),
    action,
    taskId: path.includes('{task_id}') ? taskId : null,
    isStream: stream !== undefined,
  }));
}

/** What has to be given so that every endpoint is there; the page is the least that one can be. */
export const WITH_EVERY_ENDPOINT = {
  metrics: true,
  dashboard: { page: '<p>page</p>', refusal: '<p>refused</p>', assets: {} },
} as const satisfies TaskRouterOptions;

/** Those that change something. */
export function everyChange(taskId: string): readonly EndpointRequest[] {
  return everyEndpoint(taskId).filter(({ method }) => method !== 'GET');
}

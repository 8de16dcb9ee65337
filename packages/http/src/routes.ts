import { ENDPOINTS, type EndpointName } from './contract.js';

/** The endpoints of one path, by method. */
export type Route = ReadonlyMap<string, EndpointName>;

export interface RouteMatch {
  readonly route: Route;
  /** The undecoded segment in place of `{task_id}`; `null` on a path without one. */
  readonly rawId: string | null;
}

const routes = new Map<string, Map<string, EndpointName>>();
for (const [name, { path, method }] of Object.entries(ENDPOINTS)) {
  const route = routes.get(path) ?? new Map<string, EndpointName>();
  route.set(method, name as EndpointName);
  routes.set(path, route);
}
const ONE_TASK = routes.get('/{task_id}') as Route;

/** Finds the route of a path below the mount. Paths are compared as they are sent: nothing else ever means the same. */
export function routeOf(path: string): RouteMatch | null {
  const route = routes.get(path);
  if (route !== undefined && !path.includes('{')) return { route, rawId: null };
  const rawId = path.slice(1);
  return path.startsWith('/') && rawId !== '' && !rawId.includes('/') ? { route: ONE_TASK, rawId } : null;
}

/** For `Allow`: HEAD goes wherever GET does, OPTIONS everywhere. */
export function allowedMethods(route: Route): string {
  const methods = [...route.keys()].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...methods, 'OPTIONS'].join(', ');
}

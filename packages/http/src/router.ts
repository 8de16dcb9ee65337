import { type Endpoint, type EndpointName, ENDPOINTS } from './contract.js';

/** Everything that one path can do. */
export interface Route {
  readonly endpoints: ReadonlyMap<string, EndpointName>;
  /** The value of the header of that name. */
  readonly allow: string;
}

export interface Match extends Route {
  /** As it stands in the path, still percent-encoded; `null` for a path without one. */
  readonly taskId: string | null;
}

const TASK_ID = '/{task_id}';

/**
 * Finds the endpoints of a path, by exact comparison: no other case, no trailing or doubled slash, no percent-encoding
 * finds an endpoint. A guard in front of a path therefore guards it under every spelling.
 */
export function match(path: string): Match | null {
  if (!path.startsWith('/')) return null;
  const route = STATIC.get(path);
  if (route !== undefined) return route;
  const slash = path.indexOf('/', 1);
  const taskId = slash === -1 ? path.slice(1) : path.slice(1, slash);
  const below = slash === -1 ? '' : path.slice(slash);
  const ofTask = taskId === '' ? undefined : BELOW_TASK.get(below);
  if (ofTask === undefined) return null;
  return { endpoints: ofTask.endpoints, allow: ofTask.allow, taskId };
}

/** Path and query of a URL as a request line has it, with or without scheme and host. */
export function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const target = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

const [STATIC, BELOW_TASK] = routes(ENDPOINTS);

/** The routes of fixed paths, and those of `/{task_id}…` by what follows the id. */
function routes(
  endpoints: Readonly<Record<EndpointName, Endpoint>>,
): readonly [ReadonlyMap<string, Match>, ReadonlyMap<string, Route>] {
  const tables = [new Map<string, Match>(), new Map<string, Match>()] as const;
  for (const [name, { method, path }] of Object.entries(endpoints)) {
    const [table, key] = path.startsWith(TASK_ID)
      ? [tables[1], path.slice(TASK_ID.length)]
      : [tables[0], path];
    const methods = new Map(table.get(key)?.endpoints).set(method, name as EndpointName);
    if (method === 'GET') methods.set('HEAD', name as EndpointName);
    const allow = [...methods.keys(), 'OPTIONS'].join(', ');
    table.set(key, { endpoints: methods, allow, taskId: null });
  }
  return tables;
}

/** What the page shows: its address after the `#`, so that the server needs to know nothing of it. */
export type Route =
  | { readonly page: 'overview' }
  | TasksRoute
  | { readonly page: 'task'; readonly id: string }
  | { readonly page: 'unknown'; readonly address: string };

export interface TasksRoute {
  readonly page: 'tasks';
  readonly q: string;
  readonly cursor: string | null;
  /** Whether each task stands below the one that it is a part of. */
  readonly isTree: boolean;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = split(hash.replace(/^#/, ''), '?');
  const parameters = new URLSearchParams(query);
  if (path === '/tasks')
    return {
      page: 'tasks',
      q: parameters.get('q') ?? '',
      cursor: parameters.get('cursor'),
      isTree: parameters.get('tree') === 'on',
    };
  const id = /^\/tasks\/(.+)$/.exec(path)?.[1];
  if (id !== undefined) return { page: 'task', id: decoded(id) };
  if (path === '' || path === '/') return { page: 'overview' };
  return { page: 'unknown', address: hash };
}

export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'overview':
      return '#/';
    case 'task':
      return `#/tasks/${encodeURIComponent(route.id)}`;
    case 'unknown':
      return route.address;
    case 'tasks': {
      const parameters = new URLSearchParams();
      if (route.q !== '') parameters.set('q', route.q);
      if (route.isTree) parameters.set('tree', 'on');
      if (route.cursor !== null) parameters.set('cursor', route.cursor);
      const query = parameters.toString();
      return query === '' ? '#/tasks' : `#/tasks?${query}`;
    }
  }
}

/** Where the tasks are that a search finds, one after the other. */
export function searchHref(q: string): string {
  return hrefOf({ page: 'tasks', q, cursor: null, isTree: false });
}

function split(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Somebody may have typed it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

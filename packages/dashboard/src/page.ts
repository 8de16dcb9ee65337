import { type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { TaskClient } from '@task-monitor/client';
import type { LiveTasks } from './live/live-tasks.js';
import { hrefOf, type Route, type TasksRoute } from './route.js';

/** How instants are written. */
export type TimeMode = 'relative' | 'local' | 'utc';

/** What every part of the page has at hand. */
export interface Page {
  readonly client: TaskClient;
  readonly live: LiveTasks;
  readonly route: Signal<Route>;
  /** The list as it was last shown: where the way back leads to. */
  readonly list: Signal<TasksRoute>;
  /** Whether somebody wants to write a search, as soon as there is one to write. */
  readonly wantsSearch: Signal<boolean>;
  /** Epoch milliseconds, once a second. */
  readonly now: Signal<number>;
  readonly timeMode: Signal<TimeMode>;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('This is used outside of the page.');
  return page;
}

/** The time, once a second, on the second. */
export function clock(): Signal<number> {
  const now = signal(Date.now());
  const tick = (): void => {
    now.value = Date.now();
    setTimeout(tick, 1_000 - (Date.now() % 1_000));
  };
  setTimeout(tick, 1_000 - (Date.now() % 1_000));
  return now;
}

/** Shows `route`: as a new entry of the browser's history, or in place of the one that is shown. */
export function goTo(page: Page, route: Route, how: 'push' | 'replace'): void {
  if (how === 'push') history.pushState(null, '', hrefOf(route));
  else history.replaceState(null, '', hrefOf(route));
  page.route.value = route;
}

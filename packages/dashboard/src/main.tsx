import './styles/app.css';
import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import { TaskClient } from '@task-monitor/client';
import { App } from './app.js';
import { LiveTasks } from './live/live-tasks.js';
import { clock, type Page, PageContext } from './page.js';
import { parseRoute, type TasksRoute } from './route.js';
import { storedTimeMode, storeTimeMode } from './time-mode.js';
import { storedTreeMode, storeTreeMode } from './tree-mode.js';

// The page is `ui` below the mount, whatever a proxy makes of the path in front of it.
const client = new TaskClient('.');
const page: Page = {
  client,
  live: new LiveTasks(client),
  route: signal(parseRoute(location.hash)),
  list: signal<TasksRoute>({ page: 'tasks', q: '', cursor: null, isTree: storedTreeMode() }),
  wantsSearch: signal(false),
  now: clock(),
  timeMode: signal(storedTimeMode()),
};
addEventListener('hashchange', () => (page.route.value = parseRoute(location.hash)));
effect(() => {
  if (page.route.value.page === 'tasks') page.list.value = page.route.value;
});
effect(() => storeTimeMode(page.timeMode.value));
effect(() => storeTreeMode(page.list.value.isTree));
page.live.start();

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no #app.');
render(
  <PageContext.Provider value={page}>
    <App />
  </PageContext.Provider>,
  root,
);

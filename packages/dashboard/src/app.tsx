import { useEffect } from 'preact/hooks';
import { Announcer } from './components/Announcer.js';
import { Connection } from './components/Connection.js';
import { Notice } from './components/Notice.js';
import { Trust } from './components/Trust.js';
import { goTo, type Page, usePage, type TimeMode } from './page.js';
import { OverviewPage } from './pages/overview.js';
import { TaskPage } from './pages/task.js';
import { TasksPage } from './pages/tasks.js';
import { hrefOf, type Route } from './route.js';
import { beginning, visible } from './text/visible.js';

const TITLES: Readonly<Record<Route['page'], string>> = {
  overview: 'Overview',
  tasks: 'Tasks',
  task: 'Task',
  unknown: 'No such page',
};

/** The frame around every view. */
export function App() {
  const page = usePage();
  const { live, route, list } = page;
  const shown = route.value;
  const { status, error } = live.connection.value;
  useEffect(() => {
    document.title = `${shown.page === 'task' ? shown.id : TITLES[shown.page]} · Task Monitor`;
  }, [shown]);
  useEffect(() => watchSlash(page), [page]);
  const isRefused = status === 'ended' && error !== null;
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <header class="top">
        <a class="mark" href={hrefOf({ page: 'overview' })}>
          <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <rect x="2" y="3" width="16" height="3.4" rx="1.7" />
            <rect x="2" y="8.3" width="10" height="3.4" rx="1.7" />
            <rect x="2" y="13.6" width="13" height="3.4" rx="1.7" />
          </svg>
          <span>Task Monitor</span>
        </a>
        <nav aria-label="Views">
          <NavLink to={{ page: 'overview' }} text="Overview" isHere={shown.page === 'overview'} />
          <NavLink
            to={{ ...list.value, q: '', cursor: null }}
            text="Tasks"
            isHere={shown.page === 'tasks' || shown.page === 'task'}
          />
        </nav>
        <div class="top-end">
          <TimeChoice />
          <Connection />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {isRefused ? <Refused code={error.code} detail={error.detail} /> : <View route={shown} />}
      </main>
      <Trust />
      <Announcer />
    </>
  );
}

function View({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'tasks':
      return <TasksPage route={route} />;
    case 'task':
      return <TaskPage key={route.id} id={route.id} />;
    case 'unknown':
      return <NoSuchPage address={route.address} />;
  }
}

function NavLink(props: { readonly to: Route; readonly text: string; readonly isHere: boolean }) {
  return (
    <a href={hrefOf(props.to)} aria-current={props.isHere ? 'page' : undefined}>
      {props.text}
    </a>
  );
}

function TimeChoice() {
  const { timeMode } = usePage();
  return (
    <label class="time-choice">
      <span class="unseen">Times</span>
      <select
        value={timeMode.value}
        onChange={({ currentTarget }) => (timeMode.value = currentTarget.value as TimeMode)}
      >
        <option value="relative">Relative</option>
        <option value="local">Local</option>
        <option value="utc">UTC</option>
      </select>
    </label>
  );
}

function Refused({ code, detail }: { readonly code: string; readonly detail: string }) {
  return (
    <Notice
      icon="failed"
      title={code === 'FORBIDDEN' ? 'You may not see this' : 'This is not answered'}
    >
      <p>{detail}</p>
      {code === 'FORBIDDEN' && (
        <p>
          The application decides who may see its tasks. Log in there, then load this page again.
        </p>
      )}
      <button type="button" class="button" onClick={() => location.reload()}>
        Try again
      </button>
    </Notice>
  );
}

function NoSuchPage({ address }: { readonly address: string }) {
  const { list } = usePage();
  return (
    <Notice icon="search" title="There is no such page">
      <p>
        <code class="searched">{visible(beginning(address, 200).text)}</code>
      </p>
      <p class="buttons">
        <a class="button" href={hrefOf({ page: 'overview' })}>
          Overview
        </a>
        <a class="button" href={hrefOf(list.value)}>
          Tasks
        </a>
      </p>
    </Notice>
  );
}

/** `/` leads to the search, wherever nothing else is written. The function that it returns ends that. */
function watchSlash(page: Page): () => void {
  const press = (event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey, altKey, target } = event;
    if (key !== '/' || ctrlKey || metaKey || altKey) return;
    if (target instanceof Element && target.closest('input, textarea, select, dialog') !== null)
      return;
    event.preventDefault();
    page.wantsSearch.value = true;
    if (page.route.peek().page !== 'tasks') goTo(page, page.list.peek(), 'push');
  };
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}

/** The address belongs to the views, so the link may not go there by itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

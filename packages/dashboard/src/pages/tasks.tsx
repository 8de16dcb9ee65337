import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { Icon } from '../components/Icon.js';
import { NoTasks, Skeleton, Trouble, Unreadable, useIsLong } from '../components/ListState.js';
import { ChangesPill, TaskPages, totalText } from '../components/TaskPages.js';
import { TaskSearch } from '../components/TaskSearch.js';
import { TaskTable } from '../components/TaskTable.js';
import { watchReading } from '../live/reading.js';
import { SeenValues } from '../live/seen-values.js';
import { TaskList } from '../live/task-list.js';
import { TaskTree } from '../live/task-tree.js';
import { goTo, usePage } from '../page.js';
import type { TasksRoute } from '../route.js';

/** All tasks that a search finds, page by page. */
export function TasksPage({ route }: { readonly route: TasksRoute }) {
  const { client, live } = usePage();
  const { q, cursor, isTree } = route;
  const list = useMemo(() => new TaskList(client, live), [client, live]);
  const tree = useTree(list, isTree);
  const seen = useSeenValues(list);
  useEffect(() => list.start(), [list]);
  useEffect(() => list.open(q, cursor), [list, q, cursor]);
  const trouble = list.trouble.value;
  const isMistake = trouble?.error.errors.some(({ parameter }) => parameter === 'q') ?? false;
  return (
    <>
      <h1 class="unseen">Tasks</h1>
      <TaskSearch route={route} seen={seen} mistake={isMistake ? trouble : null}>
        <Total list={list} />
        <TreeChoice route={route} />
      </TaskSearch>
      <ListBody list={list} tree={tree} isMistake={isMistake} />
    </>
  );
}

function ListBody(props: {
  readonly list: TaskList;
  readonly tree: TaskTree;
  readonly isMistake: boolean;
}) {
  const { list, tree, isMistake } = props;
  const page = list.page.value;
  const trouble = list.trouble.value;
  const isLong = useIsLong(list.isOpening.value);
  const isHidden = trouble !== null && !trouble.error.isTemporary && !isMistake;
  const place = useRef<HTMLDivElement>(null);
  const isShown = page !== null && !isHidden;
  // Together with the pill: who is on the way to it still reads.
  useLayoutEffect(
    () => (place.current === null ? undefined : watchReading(place.current, list.isRead)),
    [list, isShown],
  );
  return (
    <section class="card task-list" aria-label="Found tasks">
      {trouble !== null && !isMistake && (
        <Trouble trouble={trouble} at={page?.at ?? null} again={() => list.show()} />
      )}
      {page === null && trouble === null && <Skeleton />}
      {page === null && isMistake && <Unreadable />}
      {isShown && (
        <div class={isMistake || isLong ? 'is-old' : undefined} ref={place}>
          <ChangesPill list={list} />
          {page.tasks.length > 0 ? (
            <TaskTable list={list} tree={tree} page={page} />
          ) : (
            <NoTasks page={page} />
          )}
          <TaskPages page={page} />
        </div>
      )}
    </section>
  );
}

function Total({ list }: { readonly list: TaskList }) {
  const page = list.page.value;
  const total = page === null ? '' : totalText(page);
  // Read out when another page is there, and not each time a number changes.
  const said = useMemo(() => total, [page?.q, page?.cursor]);
  return (
    <div class="total">
      <p class="figures">{total}</p>
      <p class="unseen" role="status">
        {said}
      </p>
    </div>
  );
}

function TreeChoice({ route }: { readonly route: TasksRoute }) {
  const page = usePage();
  const { isTree } = route;
  return (
    <button
      type="button"
      class="chip"
      aria-pressed={isTree}
      title="Show tasks below those that they are a part of"
      onClick={() => goTo(page, { ...route, isTree: !isTree }, 'push')}
    >
      <Icon name="tree" />
      Tree
    </button>
  );
}

function useTree(list: TaskList, isOn: boolean): TaskTree {
  const { client, live } = usePage();
  const tree = useMemo(() => new TaskTree(client, live, list), [client, live, list]);
  useLayoutEffect(() => {
    tree.isOn.value = isOn;
  }, [tree, isOn]);
  useEffect(() => tree.start(), [tree]);
  return tree;
}

/** What can be searched for, from the tasks of the pages and those that come. */
function useSeenValues(list: TaskList): SeenValues {
  const { live } = usePage();
  const seen = useMemo(() => new SeenValues(), []);
  useEffect(
    () =>
      list.page.subscribe((page) => {
        for (const task of page?.tasks ?? []) seen.see(task);
      }),
    [list, seen],
  );
  useEffect(
    () =>
      live.subscribe((event) => {
        if (event.type === 'task.registered') seen.see(event.task);
      }),
    [live, seen],
  );
  return seen;
}

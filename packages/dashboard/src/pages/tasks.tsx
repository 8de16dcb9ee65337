import { useEffect, useMemo } from 'preact/hooks';
import { NoTasks, Skeleton, Trouble, useIsLong } from '../components/ListState.js';
import { ChangesPill, TaskPages, totalText } from '../components/TaskPages.js';
import { TaskTable } from '../components/TaskTable.js';
import { TaskList } from '../live/task-list.js';
import { usePage } from '../page.js';

/** All tasks that a search finds, page by page. */
export function TasksPage({ q, cursor }: { readonly q: string; readonly cursor: string | null }) {
  const { client, live } = usePage();
  const list = useMemo(() => new TaskList(client, live), [client, live]);
  useEffect(() => list.start(), [list]);
  useEffect(() => list.open(q, cursor), [list, q, cursor]);
  return (
    <>
      <h1 class="unseen">Tasks</h1>
      <section class="card task-list" aria-label="Tasks">
        <ListBody list={list} />
      </section>
    </>
  );
}

function ListBody({ list }: { readonly list: TaskList }) {
  const page = list.page.value;
  const trouble = list.trouble.value;
  const isLong = useIsLong(list.isOpening.value && trouble === null);
  const isMistake = trouble?.error.errors.some(({ parameter }) => parameter === 'q') ?? false;
  const isOld = isMistake || isLong;
  const hides = trouble !== null && !trouble.error.isTemporary && !isMistake;
  return (
    <>
      <header class="list-head">
        <p class="figures" role="status">
          {page === null ? '' : totalText(page)}
        </p>
      </header>
      {trouble !== null && !isMistake && (
        <Trouble trouble={trouble} hasPage={page !== null} again={() => list.show()} />
      )}
      {page === null
        ? trouble === null && <Skeleton />
        : !hides && (
            <div class={isOld ? 'list-body is-old' : 'list-body'}>
              <ChangesPill list={list} />
              {page.tasks.length > 0 ? (
                <TaskTable list={list} page={page} />
              ) : (
                page.next === null && <NoTasks q={page.q} isLater={page.cursor !== null} />
              )}
              <TaskPages page={page} />
            </div>
          )}
    </>
  );
}

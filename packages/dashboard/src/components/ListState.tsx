import { useEffect, useState } from 'preact/hooks';
import type { ListPage, ListTrouble } from '../live/task-list.js';
import { usePage } from '../page.js';
import { hrefOf, searchHref, type TasksRoute } from '../route.js';
import { visible } from '../text/visible.js';
import { Icon } from './Icon.js';
import { Instant } from './Instant.js';
import { Notice } from './Notice.js';

/** How long nothing is said of waiting, in milliseconds. */
const PATIENCE_MS = 200;

/** Whether something has been going on for so long that it is to be said. */
export function useIsLong(isGoingOn: boolean): boolean {
  const [isLong, say] = useState(false);
  useEffect(() => {
    if (!isGoingOn) return;
    const timer = setTimeout(() => say(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      say(false);
    };
  }, [isGoingOn]);
  return isLong && isGoingOn;
}

/** Where tasks will be. */
export function Skeleton() {
  const isLong = useIsLong(true);
  if (!isLong) return <div class="skeletons" />;
  return (
    <div class="skeletons" role="status" aria-label="Loading tasks">
      {SKELETONS.map((width) => (
        <div class="skeleton" key={width}>
          <i />
          <i style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}

const SKELETONS = [46, 38, 52, 31, 44, 35, 49, 41];

export function NoTasks({ page }: { readonly page: ListPage }) {
  const { q, cursor, next } = page;
  const isLater = cursor !== null;
  const { list } = usePage();
  const hrefTo = (to: Pick<TasksRoute, 'q' | 'cursor'>): string => hrefOf({ ...list.value, ...to });
  if (next !== null)
    return (
      <Notice icon="search" title="Nothing found so far">
        <p>
          Among the {isLater ? 'next' : 'newest'} 10,000 tasks none matches{' '}
          <code class="searched">{visible(q)}</code>.
        </p>
        <a class="button" href={hrefTo({ q, cursor: next })}>
          Look at more
        </a>
      </Notice>
    );
  if (isLater)
    return (
      <Notice icon="search" title="Nothing on this page">
        <p>What was here may have been removed.</p>
        <a class="button" href={hrefTo({ q, cursor: null })}>
          First page
        </a>
      </Notice>
    );
  if (q === '')
    return (
      <Notice icon="pending" title="No tasks yet">
        <p>As soon as your application starts one, it appears here by itself.</p>
      </Notice>
    );
  return (
    <Notice icon="search" title="No task matches">
      <p>
        Nothing was found for <code class="searched">{visible(q)}</code>. As soon as a task matches,
        it appears here by itself.
      </p>
      <a class="button" href={hrefTo({ q: '', cursor: null })}>
        Clear the search
      </a>
    </Notice>
  );
}

/** A search with a mistake, and nothing to show from before it. */
export function Unreadable() {
  return (
    <Notice icon="search" title="This search cannot be read">
      <p>What is wrong with it stands above.</p>
      <a class="button" href={searchHref('')}>
        Clear the search
      </a>
    </Notice>
  );
}

/** The list could not be read. With a page to show, that stays, and this says of when it is. */
export function Trouble(props: {
  readonly trouble: ListTrouble;
  /** Of when the page is that is shown, in epoch milliseconds; `null`: there is none. */
  readonly at: number | null;
  readonly again: () => void;
}) {
  const { at } = props;
  const { error } = props.trouble;
  if (error.code === 'FORBIDDEN')
    return (
      <Notice icon="failed" title="You may not see this">
        <p>{visible(error.detail)}</p>
        <p>
          The application decides who may see its tasks. Log in there, then load this page again.
        </p>
      </Notice>
    );
  const retry = (
    <button type="button" class="button" onClick={props.again}>
      Try again
    </button>
  );
  if (error.isTemporary && at !== null)
    return (
      <div class="list-stale" role="status">
        <Icon name="attention" />
        <p>
          <strong>
            The list is as of <Instant at={new Date(at).toISOString()} />.
          </strong>{' '}
          It is being tried again: {visible(error.detail)}
        </p>
        {retry}
      </div>
    );
  return (
    <Notice
      icon="attention"
      title={error.isTemporary ? 'The server does not answer' : 'The list cannot be read'}
    >
      <p>{visible(error.detail)}</p>
      {error.isTemporary && <p>It is being tried again.</p>}
      {error.errors.some(({ parameter }) => parameter === 'cursor') ? (
        <a class="button" href={searchHref('')}>
          All tasks
        </a>
      ) : (
        retry
      )}
    </Notice>
  );
}

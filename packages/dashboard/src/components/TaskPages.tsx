import { PAGE_SIZE, type ListPage, type TaskList } from '../live/task-list.js';
import { usePage } from '../page.js';
import { hrefOf, type TasksRoute } from '../route.js';
import { countText } from '../text/number.js';
import { Icon } from './Icon.js';

/** How many tasks match, as far as that is known. */
export function totalText({ cursor, next, total, isExact, tasks }: ListPage): string {
  const isAll = isExact || (cursor === null && next === null);
  if (isAll) return tasksText(total);
  if (total === 0) return 'none so far';
  return cursor === null ? `at least ${tasksText(total)}` : `${tasksText(total)} on this page`;

  function tasksText(count: number): string {
    return count === 1 && tasks.length <= 1 ? '1 task' : `${countText(count)} tasks`;
  }
}

/** The way to the next page and back. */
export function TaskPages({ page }: { readonly page: ListPage }) {
  const { q, cursor, next, isExact, tasks } = page;
  const route: TasksRoute = { ...usePage().list.value, q };
  // What is to be done then, is said where the tasks would be.
  if (tasks.length === 0 || (cursor === null && next === null)) return null;
  const isShort = !isExact && next !== null && tasks.length < PAGE_SIZE;
  return (
    <nav class="task-pages" aria-label="Pages">
      {isShort && (
        <p class="secondary">
          A search looks at no more than 10,000 tasks at a time, so this page is not full.
        </p>
      )}
      {cursor !== null && (
        <a class="button" href={hrefOf({ ...route, cursor: null })} onClick={toTop}>
          First page
        </a>
      )}
      {next !== null && (
        <a class="button" href={hrefOf({ ...route, cursor: next })} onClick={toTop}>
          {isShort ? 'Look at more' : 'Next page'}
          <Icon name="chevron" />
        </a>
      )}
    </nav>
  );
}

/** Says that the page is not quite what it would be by now, and shows that if it is wanted. */
export function ChangesPill({ list }: { readonly list: TaskList }) {
  const { connection } = usePage().live;
  const count = list.changes.value;
  const isShown = list.isStill.value && count > 0 && connection.value.status !== 'ended';
  return (
    <div class="changes" aria-live="polite">
      {isShown && (
        <button
          type="button"
          onClick={() => {
            list.show();
            toTop();
          }}
        >
          {count === 1 ? '1 change' : `${countText(count)} changes`} · show
        </button>
      )}
    </div>
  );
}

function toTop(): void {
  scrollTo({ top: 0 });
}

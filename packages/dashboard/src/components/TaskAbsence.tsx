import type { OneTask } from '../live/one-task.js';
import { searchHref } from '../route.js';
import { searchTerm } from '../text/search-term.js';
import { beginning, visible } from '../text/visible.js';
import { NoAnswer } from './NoAnswer.js';
import { Notice } from './Notice.js';

/** What stands there instead of a task of which nothing is known. */
export function TaskAbsence({ one }: { readonly one: OneTask }) {
  return (
    <>
      <h1 class="unseen">Task</h1>
      <Reason one={one} />
    </>
  );
}

/** It is asked for, is not there, or may not be seen. */
function Reason({ one }: { readonly one: OneTask }) {
  const trouble = one.trouble.value;
  const { error } = one.connection.value;
  const allTasks = (
    <a class="button" href={searchHref('')}>
      All tasks
    </a>
  );
  if (trouble === null && one.removedAt.value === null) {
    return error === null ? <Skeleton /> : <NoAnswer detail={error.detail} />;
  }
  if (trouble === null || trouble.code === 'TASK_NOT_FOUND') {
    return (
      <Notice icon="pending" title="There is no such task">
        <p>
          <code class="mono">{visible(beginning(one.id, 200).text)}</code>
        </p>
        <p>
          It never was, was removed, or is older than what is kept. You may also not be allowed to
          see it.
        </p>
        <p class="buttons">
          <a class="button" href={searchHref(searchTerm('id', one.id))}>
            Search for this id
          </a>
          {allTasks}
        </p>
      </Notice>
    );
  }
  const isRefused = trouble.code === 'FORBIDDEN';
  return (
    <Notice icon="failed" title={isRefused ? 'You may not see this task' : 'This is not answered'}>
      <p>{visible(trouble.detail)}</p>
      {isRefused && <p>The application decides who may see its tasks.</p>}
      <p class="buttons">{allTasks}</p>
    </Notice>
  );
}

function Skeleton() {
  return (
    <div class="outline" role="status">
      <span class="unseen">Loading …</span>
      <i class="outline-title" />
      <i class="outline-card" />
      <i class="outline-card is-tall" />
    </div>
  );
}

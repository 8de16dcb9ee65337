import type { OneTask } from '../live/one-task.js';
import { usePage } from '../page.js';
import { hrefOf, searchHref } from '../route.js';
import { searchTerm } from '../text/search-term.js';
import { beginning, visible } from '../text/visible.js';
import { CancelButton } from './CancelButton.js';
import { Icon } from './Icon.js';
import { Status } from './Status.js';
import { titleOf } from './TaskName.js';

/** Which task it is, and what can be done about it. */
export function TaskHead({ one }: { readonly one: OneTask }) {
  const { list } = usePage();
  const seen = one.seen.value;
  if (seen === null) return null;
  const { task } = seen;
  return (
    <header class="title-bar">
      <a class="back" href={hrefOf(list.value)}>
        <Icon name="back" />
        Tasks
      </a>
      <h1 dir="auto">{titleOf(task)}</h1>
      <div class="task-marks">
        <Status status={task.status} />
        {task.type !== null && <SearchTag field="type" value={task.type} />}
        {task.tags.map((tag) => (
          <SearchTag key={tag} field="tag" value={tag} />
        ))}
      </div>
      <CancelButton one={one} />
    </header>
  );
}

function SearchTag({ field, value }: { readonly field: 'type' | 'tag'; readonly value: string }) {
  const q = searchTerm(field, value);
  return (
    <a
      class={`tag is-link is-${field}`}
      href={searchHref(q)}
      title={`Search for ${visible(q)}`}
      dir="auto"
    >
      {visible(beginning(value, 60).text)}
    </a>
  );
}

import { useMemo } from 'preact/hooks';
import { usePage } from '../page.js';
import { searchHref } from '../route.js';
import { type FailureGroup, failureGroups } from '../text/failure-groups.js';
import { beginning, visible } from '../text/visible.js';
import { Icon } from './Icon.js';
import { Instant } from './Instant.js';
import { TaskName } from './TaskName.js';

/** How many groups are shown. */
const MOST = 8;

/** The latest failures, those that say the same as one. */
export function FailureGroups() {
  const { live } = usePage();
  const failed = live.failed.value;
  const groups = useMemo(() => failureGroups(failed), [failed]);
  return (
    <section class="card" aria-labelledby="failures-title">
      <header class="card-head">
        <h2 id="failures-title">Latest failures</h2>
        {groups.length > 0 && <a href={searchHref('status:failed')}>All failed</a>}
      </header>
      {groups.length === 0 ? (
        <p class="nothing">
          {live.counts.value?.failed_tasks === 0 ? 'Nothing has failed.' : 'Loading …'}
        </p>
      ) : (
        <ul class="rows">
          {groups.slice(0, MOST).map((group) => (
            <Group key={group.key} group={group} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Group({ group }: { readonly group: FailureGroup }) {
  const { code, message, types, tasks } = group;
  const latest = tasks[0];
  if (latest === undefined) return null;
  return (
    <li class="failure-row">
      <Icon name="failed" />
      <div>
        <p class="failure-message" dir="auto">
          {visible(beginning(message, 240).text) || 'No message'}
        </p>
        <p class="secondary">
          <span class="tag">{code}</span>
          {types.slice(0, 2).map((type) => (
            <span class="tag" key={type}>
              {visible(type)}
            </span>
          ))}
          <TaskName task={latest} />
          {latest.completed_at !== null && <Instant at={latest.completed_at} />}
        </p>
      </div>
      {tasks.length > 1 && (
        <b
          class="times"
          title={`${tasks.length} tasks failed like this, as far as this page knows.`}
        >
          {tasks.length}×
        </b>
      )}
    </li>
  );
}

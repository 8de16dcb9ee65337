import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { watchReading } from '../live/reading.js';
import { usePage } from '../page.js';
import { searchHref } from '../route.js';
import { type FailureGroup, failureGroups, inOrder } from '../text/failure-groups.js';
import { countText } from '../text/number.js';
import { beginning, visible } from '../text/visible.js';
import { useMeasuredGlide } from './glide.js';
import { Icon } from './Icon.js';
import { Instant } from './Instant.js';
import { TaskName } from './TaskName.js';

/** How many groups are shown. */
const MOST = 8;

/** The latest failures, those that say the same as one. */
export function FailureGroups() {
  const { live } = usePage();
  const { tasks, isWhole } = live.failures.value;
  const failed = live.counts.value?.failed_tasks;
  const latest = useMemo(() => failureGroups(tasks), [tasks]);
  const place = useRef<HTMLElement>(null);
  const isRead = useSignal(false);
  useLayoutEffect(
    () => (place.current === null ? undefined : watchReading(place.current, isRead, Infinity)),
    [isRead],
  );
  // Under the eyes of a reader each keeps its place.
  const order = useRef<readonly string[]>([]);
  const groups = (isRead.value ? inOrder(latest, order.current) : latest).slice(0, MOST);
  order.current = groups.map(({ key }) => key);
  const rows = useMeasuredGlide<HTMLUListElement>();
  return (
    <section class="card" aria-labelledby="failures-title" ref={place}>
      <header class="card-head">
        <h2 id="failures-title">Latest failures</h2>
        {!isWhole && failed !== undefined && (
          <span class="figures">
            the newest {countText(tasks.length)} of {countText(failed)}
          </span>
        )}
        {groups.length > 0 && <a href={searchHref('status:failed')}>All failed</a>}
      </header>
      {groups.length === 0 ? (
        <p class="nothing">{failed === 0 ? 'Nothing has failed.' : 'Loading …'}</p>
      ) : (
        <ul class="rows" ref={rows}>
          {groups.map((group) => (
            <Group key={group.key} group={group} isWhole={isWhole} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Group(props: { readonly group: FailureGroup; readonly isWhole: boolean }) {
  const { group, isWhole } = props;
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
          title={`${isWhole ? '' : 'At least '}${tasks.length} tasks failed like this.`}
        >
          {tasks.length}
          {isWhole ? '×' : '+'}
        </b>
      )}
    </li>
  );
}

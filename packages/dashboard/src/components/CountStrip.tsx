import { type Counts } from '../live/live-tasks.js';
import { usePage } from '../page.js';
import { searchHref } from '../route.js';
import { countText, shortCountText } from '../text/number.js';
import { Icon } from './Icon.js';
import { STATUS_NAMES, STATUSES, type TaskStatus } from './Status.js';

/** How many tasks have each status, and how many of those that ended did well. */
export function CountStrip() {
  const counts = usePage().live.counts.value;
  const rate = counts === null ? null : successRate(counts);
  return (
    <ul class="counts card" aria-label="Tasks by status">
      {STATUSES.map((status) => (
        <Count
          key={status}
          status={status}
          count={counts === null ? null : counts[FIELDS[status]]}
        />
      ))}
      <li class="count">
        <span class="count-what">Success rate</span>
        <strong title="Completed tasks among completed and failed ones.">
          {rate === null ? '–' : `${rate.toFixed(rate === 100 ? 0 : 1)} %`}
        </strong>
      </li>
    </ul>
  );
}

function Count({ status, count }: { readonly status: TaskStatus; readonly count: number | null }) {
  return (
    <li class={`count is-${status}`}>
      <a href={searchHref(`status:${status}`)}>
        <span class="count-what">
          <Icon name={status} />
          {STATUS_NAMES[status]}
        </span>
        <strong title={count === null ? undefined : countText(count)}>
          {count === null ? '–' : shortCountText(count)}
        </strong>
      </a>
    </li>
  );
}

const FIELDS: Readonly<Record<TaskStatus, keyof Counts>> = {
  pending: 'pending_tasks',
  running: 'running_tasks',
  completed: 'completed_tasks',
  failed: 'failed_tasks',
  cancelled: 'cancelled_tasks',
};

/** 0 to 100; `null` while nothing completed or failed. */
function successRate({ completed_tasks: good, failed_tasks: bad }: Counts): number | null {
  return good + bad === 0 ? null : (100 * good) / (good + bad);
}

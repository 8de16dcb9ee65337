import { useLayoutEffect, useRef } from 'preact/hooks';
import { statusesIn } from '../text/status-filter.js';
import { Icon } from './Icon.js';
import { STATUS_NAMES, STATUSES, type TaskStatus } from './Status.js';

/** The statuses that a search asks for, to be chosen with one click each. */
export function StatusChips(props: {
  readonly q: string;
  readonly toggle: (status: TaskStatus) => void;
}) {
  const chosen = statusesIn(props.q);
  const chips = useRef<HTMLDivElement>(null);
  // Where there is room for some of them only.
  useLayoutEffect(() => {
    chips.current
      ?.querySelector('[aria-pressed=true]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [props.q]);
  return (
    <div class="chips" ref={chips} role="group" aria-label="Status">
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          class="chip"
          aria-pressed={chosen.has(status)}
          onClick={() => props.toggle(status)}
        >
          <Icon name={status} />
          {STATUS_NAMES[status]}
        </button>
      ))}
    </div>
  );
}

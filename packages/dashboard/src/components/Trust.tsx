import { usePage } from '../page.js';
import type { Vitals } from '../live/live-tasks.js';
import { roughDurationText } from '../text/duration.js';
import { Icon } from './Icon.js';

/** Says what is wrong or late in what the server shows; nothing if all is well. */
export function Trust() {
  const vitals = usePage().live.vitals.value;
  if (vitals === null || vitals.status === 'ok') return null;
  return (
    <div class="trust" role="region" aria-label="What is wrong" aria-live="assertive">
      <Icon name="attention" />
      <p>
        <strong>
          {vitals.status === 'unavailable'
            ? 'The store does not answer. '
            : 'What is shown may be wrong or late. '}
        </strong>
        {reasons(vitals).join(' ')}
      </p>
    </div>
  );
}

function reasons({ store, audit, feed }: Vitals): readonly string[] {
  const said: string[] = [];
  if (!store.reachable) said.push('Numbers and lists are as they were when it last did.');
  if (audit.result === 'differs') said.push('The counts are not what a look at every task gave.');
  if (feed.lag_ms !== null && feed.lag_ms > 5_000)
    said.push(`Changes are ${roughDurationText(feed.lag_ms)} behind.`);
  return said;
}

import type { OneTask } from '../live/one-task.js';
import { type CancelStep, cancelSteps } from '../text/cancel-steps.js';
import { visible } from '../text/visible.js';
import { Icon, type IconName } from './Icon.js';
import { Instant } from './Instant.js';

const ICONS: Readonly<Record<CancelStep['state'], IconName>> = {
  done: 'completed',
  now: 'running',
  ahead: 'pending',
  doubtful: 'attention',
};

/** What has become of a request to cancel, and no more than is true. */
export function CancelProgress({ one }: { readonly one: OneTask }) {
  const task = one.seen.value?.task;
  const steps = task === undefined ? null : cancelSteps(task);
  if (steps === null) return null;
  return (
    <section class="card" aria-labelledby="cancel-progress-title">
      <header class="card-head">
        <h2 id="cancel-progress-title">Cancellation</h2>
      </header>
      <ol class="cancel-steps" aria-live="polite">
        {steps.map(({ title, state, at, text }) => (
          <li key={title} class={`is-${state}`}>
            <Icon name={ICONS[state]} />
            <div>
              <p>
                <strong>{title}</strong>
                {at !== null && (
                  <span class="secondary">
                    {' '}
                    <Instant at={at} />
                  </span>
                )}
              </p>
              {text !== null && (
                <p class="secondary" dir="auto">
                  {visible(text)}
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

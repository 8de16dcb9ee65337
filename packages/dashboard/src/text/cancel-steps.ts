import type { WireFullTask } from '@task-monitor/client';

/** One of the three things that have to come of a request to cancel. */
export interface CancelStep {
  readonly title: string;
  /** `now`: it is waited for; `doubtful`: it came otherwise than was asked. */
  readonly state: 'done' | 'now' | 'ahead' | 'doubtful';
  readonly at: string | null;
  readonly text: string | null;
}

/** What has come of a request to cancel so far, and what is still to come; `null`: nobody asked. */
export function cancelSteps(task: WireFullTask): readonly CancelStep[] | null {
  const { cancel } = task;
  if (cancel === null) return null;
  const by = cancel.requested_by === null ? '' : `by ${cancel.requested_by}`;
  const reason = cancel.reason === null ? '' : `“${cancel.reason}”`;
  const requested: CancelStep = {
    title: 'Requested',
    state: 'done',
    at: cancel.requested_at,
    text: [by, reason].filter((text) => text !== '').join(' · ') || null,
  };
  return [requested, stopping(task, cancel), ended(task)];
}

function stopping(
  { status, started_at, driver }: WireFullTask,
  { acknowledged_at, forced }: NonNullable<WireFullTask['cancel']>,
): CancelStep {
  const step = (
    title: string,
    state: CancelStep['state'],
    text: string,
    at: string | null = null,
  ): CancelStep => ({ title, state, at, text });
  if (status === 'completed' || status === 'failed')
    return step('Not stopped', 'doubtful', 'The work came to its own end before it stopped.');
  if (started_at === null) return step('Nothing to stop', 'done', 'It had not started.');
  if (forced)
    return step('Forced', 'doubtful', 'The work did not stop in time, and may still be running.');
  if (acknowledged_at !== null)
    return step('Acknowledged', 'done', 'The work has stopped.', acknowledged_at);
  if (status === 'cancelled')
    return step(
      'Not confirmed',
      'doubtful',
      driver === 'caller'
        ? 'Its own code was told. Nobody has confirmed that the work stopped.'
        : 'Nobody has confirmed that the work stopped.',
    );
  return step(
    'Asked to stop',
    'now',
    'Waiting for the work to stop. If it does not in time, the task is ended without it.',
  );
}

function ended({ status, completed_at }: WireFullTask): CancelStep {
  const at = completed_at;
  switch (status) {
    case 'cancelled':
      return { title: 'Cancelled', state: 'done', at, text: null };
    case 'completed':
      return { title: 'Completed', state: 'doubtful', at, text: 'The work was done all the same.' };
    case 'failed':
      return { title: 'Failed', state: 'doubtful', at, text: null };
    default:
      return { title: 'Cancelled', state: 'ahead', at: null, text: null };
  }
}

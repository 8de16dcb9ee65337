import type { WireTask } from '@task-monitor/client';
import { Icon } from './Icon.js';

export type TaskStatus = WireTask['status'];

/** In the order of a task's life. */
export const STATUSES = ['running', 'pending', 'completed', 'failed', 'cancelled'] as const;

export const STATUS_NAMES: Readonly<Record<TaskStatus, string>> = {
  pending: 'Pending',
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** The status of a task, as shape, colour and word. */
export function Status({ status }: { readonly status: TaskStatus }) {
  return (
    <span class={`status is-${status}`}>
      <Icon name={status} />
      {STATUS_NAMES[status]}
    </span>
  );
}

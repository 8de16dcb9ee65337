import type { TaskApiError, WireFullTask } from '@task-monitor/client';

/** What cancelling will do to a task as it is now. */
export function cancelPlan({ status, driver }: WireFullTask): string {
  if (status === 'pending') return 'It has not started, and then never will.';
  return driver === 'runner'
    ? 'The work is told to stop. The task is cancelled once it really has, or when it did not in time.'
    : 'Its own code drives it: the task is cancelled at once, and that code is told. Whether the work stops is up to it.';
}

export interface CancelTrouble {
  readonly title: string;
  readonly text: string;
  /** Whether asking once more may help. */
  readonly mayRepeat: boolean;
}

/** Why a request to cancel did not do it, and what to do now. */
export function cancelTrouble(
  { code, detail, isTemporary }: Pick<TaskApiError, 'code' | 'detail' | 'isTemporary'>,
  status: WireFullTask['status'],
): CancelTrouble {
  switch (code) {
    case 'FORBIDDEN':
      return {
        title: 'You may not cancel it',
        text: `${detail} The application decides who may cancel tasks, or has made this page read-only.`,
        mayRepeat: false,
      };
    case 'INVALID_TRANSITION':
      return {
        title: 'It was over already',
        text:
          status === 'completed' || status === 'failed'
            ? `It ${status} before the request arrived. A finished task never changes.`
            : detail,
        mayRepeat: false,
      };
    case 'TASK_NOT_FOUND':
      return { title: 'It is gone', text: 'The task was removed meanwhile.', mayRepeat: false };
    case 'NETWORK':
      return {
        title: 'No answer',
        text: 'Whether the request arrived is not known. It is safe to ask again.',
        mayRepeat: true,
      };
    default:
      return {
        title: 'It was not cancelled',
        text: isTemporary ? `${detail} It is safe to ask again.` : detail,
        mayRepeat: isTemporary,
      };
  }
}

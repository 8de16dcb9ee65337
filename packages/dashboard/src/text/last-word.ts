import type { WireFullTask } from '@task-monitor/client';

/** What a task says of itself in words; of one that has ended, what it said on the way is told as no more than that. */
export function lastWord(task: WireFullTask): string | null {
  const { status, progress, progress_detail: detail } = task;
  if (progress === null || status === 'pending' || status === 'running') return progress;
  // That is what its bar says, too.
  const isPercentage = detail !== null && detail.message === null && detail.current === null;
  if (isPercentage && status !== 'completed') return null;
  return status === 'completed' && isOutcome(task) ? progress : `last said: ${progress}`;
}

/** Whether a completed task said it with its end, or of all that there was to do, and not that there was more to do. */
function isOutcome({ percent, progress_detail: detail, completed_at: end }: WireFullTask): boolean {
  if (detail === null || end === null || (percent !== null && percent < 100)) return false;
  return percent === 100 || Date.parse(detail.updated_at) >= Date.parse(end);
}

import type { WireFullTask } from '@task-monitor/client';

/** What a task says of itself in words; of one that has ended, what it said on the way is told as no more than that. */
export function lastWord(task: WireFullTask): string | null {
  const { status, progress } = task;
  if (progress === null || status === 'pending' || status === 'running') return progress;
  return isOutcome(task) ? progress : `last said: ${progress}`;
}

/** Whether it was said with the end, or says that all was done, and nothing of it says that there was more to do. */
function isOutcome({
  status,
  percent,
  progress_detail: detail,
  completed_at,
}: WireFullTask): boolean {
  const isShort = status === 'completed' && percent !== null && percent < 100;
  if (detail === null || completed_at === null || isShort) return false;
  const isAll = status === 'completed' && percent === 100;
  return isAll || Date.parse(detail.updated_at) >= Date.parse(completed_at);
}

import type { OverviewPicture } from './picture.js';

/** What to say where no task moves; `stalled` are those that run all the same. */
export function nothingMoves({ counts, search }: OverviewPicture, stalled: number): string {
  if (stalled === 1) return 'Nothing moves: what runs is stalled.';
  if (stalled > 1) return `Nothing moves: all ${stalled} are stalled.`;
  if (search !== null) return 'Nothing that runs matches the search.';
  const pending = counts?.pending_tasks ?? 0;
  return pending === 0 ? 'Nothing is running.' : `Nothing is running; ${pending} waiting.`;
}

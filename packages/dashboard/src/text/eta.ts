import type { WireFullTask } from '@task-monitor/client';
import { roughDurationText } from './duration.js';

/** `about 3 min left`, short enough for a row. */
export function etaText(remaining: { readonly p50: number; readonly p90: number }): string {
  if (remaining.p90 === 0) return 'later than expected';
  if (remaining.p50 === 0) return `within ${roughDurationText(remaining.p90)}`;
  return `${roughDurationText(remaining.p50)} left`;
}

/** What an estimate says and what it rests on, in a sentence. */
export function etaReason(
  remaining: { readonly p50: number; readonly p90: number },
  eta: NonNullable<WireFullTask['eta']>,
): string {
  const basis = {
    rate: 'by how fast it has gone so far',
    history: `by how long ${eta.samples} completed tasks of its type took`,
    blend: 'by how fast it has gone so far, and how long tasks of its type took',
  }[eta.basis];
  return `Half of such tasks end within ${roughDurationText(remaining.p50)}, nine in ten within ${roughDurationText(remaining.p90)}, ${basis}.`;
}

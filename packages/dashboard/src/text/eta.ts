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
  return `Half of such tasks end within ${roughDurationText(remaining.p50)}, nine in ten within ${roughDurationText(remaining.p90)}, ${basisWords(eta)}.`;
}

/** `About 3 min left`, where there is room for it. */
export function etaHeadline(remaining: { readonly p50: number; readonly p90: number }): string {
  const text = etaText(remaining);
  return /^\d/.test(text) ? `About ${text}` : text.charAt(0).toUpperCase() + text.slice(1);
}

/** What lies behind the headline: `nine in ten within 5 min, by how fast it has gone so far`. */
export function etaDetail(
  remaining: { readonly p90: number },
  eta: NonNullable<WireFullTask['eta']>,
): string {
  const basis = basisWords(eta);
  return remaining.p90 === 0
    ? `nine in ten were over by now, ${basis}`
    : `nine in ten within ${roughDurationText(remaining.p90)}, ${basis}`;
}

function basisWords({ basis, samples }: NonNullable<WireFullTask['eta']>): string {
  return {
    rate: 'by how fast it has gone so far',
    history: `by how long ${samples} completed tasks of its type took`,
    blend: 'by how fast it has gone so far, and how long tasks of its type took',
  }[basis];
}

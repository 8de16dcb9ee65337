import type { WatchState } from '@task-monitor/client';
import { plainText } from '../terminal/plain-text.js';
import { clockOf } from '../words/duration.js';

export interface Freshness {
  /** `asked`: not told of changes as they happen, but asked for again and again. */
  readonly state: 'live' | 'asked' | 'stale';
  readonly words: string;
  /** Why it is not live, on one line. */
  readonly reason: string | null;
  /** When all that is shown was so; `null`: it is so now, as far as is known. */
  readonly knownAt: number | null;
}

/** When not live, all is asked for so often; a little later it is out of date. */
export const ASK_MS = 2_000;
const GRACE_MS = 3_000;

/** How far what is shown can be trusted. `askedAt` is when all was last asked for and answered. */
export function freshnessOf(
  { status, since, error }: WatchState,
  askedAt: number,
  now: number,
): Freshness {
  if (status === 'live') return { state: 'live', words: 'live', reason: null, knownAt: null };
  if (status === 'connecting' && error === null)
    return { state: 'asked', words: 'connecting', reason: null, knownAt: null };
  const reason = error === null ? null : reasonOf(error.message);
  if (now - askedAt < ASK_MS + GRACE_MS && (status !== 'reconnecting' || askedAt > since))
    return { state: 'asked', words: `asks every ${ASK_MS / 1_000} s`, reason, knownAt: null };
  const staleSince = Math.max(askedAt, status === 'reconnecting' || askedAt === 0 ? since : 0);
  const words = `reconnecting · stale for ${clockOf(now - staleSince)}`;
  return { state: 'stale', words, reason, knownAt: staleSince };
}

/** Without what the eye need not read again: where was asked stands above. */
function reasonOf(message: string): string {
  const text = plainText(message).replace(/^No answer to \S+ \S+: /, '');
  return /^fetch failed \((.*)\)$/.exec(text)?.[1] ?? text;
}

import { LEASE } from './lease.js';
import type { OwnerLife } from './owner-lives.js';
import type { Task } from './task.js';

/** Whether a running task moves, as far as can be seen. Derived whenever it is asked for, never stored. */
export interface Health {
  /**
   * `ok`: it moves, or has no reason to yet. `quiet`: its process lives, but nothing has moved for longer than is usual.
   * `stalled`: its process is gone or silent, or nothing has moved for far longer than is usual.
   */
  readonly state: 'ok' | 'quiet' | 'stalled';
  /** What that follows from, for people: `No progress for 312 s; its process was alive 3 s ago.` */
  readonly evidence: string;
  /** Since when nothing has moved, or its process has been silent, in epoch milliseconds; `null` while it is ok. */
  readonly since: number | null;
}

/** What a judgement follows from. */
export interface Signs {
  readonly task: Task;
  /** The wall clock. */
  readonly now: number;
  /** When it last showed a sign of life: its start, progress or output. */
  readonly movedAt: number;
  /** For how long this process, awake, could have seen one since. */
  readonly silentMs: number;
  /** How long this process has been awake. */
  readonly awakeMs: number;
  /** The longest time between two signs that is usual for this task; `null` for one that says too little to tell. */
  readonly usualGapMs: number | null;
  /** How long completed tasks of its type took. */
  readonly durations: readonly number[];
  readonly owner: OwnerLife;
}

/** Nobody is accused before this. */
export const QUIET_MS = 60_000;

/** So many times the usual gap is longer than usual, and so many times that far beyond it. */
const QUIET_GAPS = 3;
const STALLED_QUIETS = 5;

/** When a task that says nothing is quiet, if nothing is known of its type. */
const SAYS_NOTHING_MS = 15 * 60_000;

/** Fewer completed tasks show nothing of how long one may take. */
const LEAST_TASKS = 5;

/** A lease may have been taken after the look at all of them. */
const LEASE_SEEN_MS = 10_000;

export function judgeHealth(signs: Signs): Health {
  return silentOwner(signs) ?? silentTask(signs) ?? ok(signs);
}

function silentOwner({ task, now, movedAt, awakeMs, owner }: Signs): Health | null {
  if (awakeMs < LEASE.durationMs) return null;
  if (owner.state === 'gone' && now - (task.startedAt ?? now) > LEASE_SEEN_MS)
    return health('stalled', 'Its process is gone: it holds no lease any more.', movedAt);
  if (owner.state !== 'held' || owner.remainingMs >= 0) return null;
  const evidence = `Its process was last alive ${inWords(owner.renewedMsAgo)} ago, and its lease has run out.`;
  return health('stalled', evidence, now - owner.renewedMsAgo);
}

function silentTask(signs: Signs): Health | null {
  const { silentMs, movedAt, usualGapMs } = signs;
  if (usualGapMs === null) return withoutRhythm(signs);
  const quietMs = Math.max(QUIET_MS, QUIET_GAPS * usualGapMs);
  if (silentMs <= quietMs) return null;
  const state = silentMs > STALLED_QUIETS * quietMs ? 'stalled' : 'quiet';
  return health(state, `${noProgress(signs)}; ${alive(signs)}.`, movedAt);
}

/** A task that says nothing, or once in a while, may be well all the same. */
function withoutRhythm(signs: Signs): Health | null {
  const { task, now, silentMs, movedAt, durations } = signs;
  const runsMs = now - (task.startedAt ?? now);
  if (durations.length < LEAST_TASKS) {
    if (silentMs <= SAYS_NOTHING_MS) return null;
    return health('quiet', `${noProgress(signs)}; ${alive(signs)}.`, movedAt);
  }
  const longest = Math.max(...durations);
  if (silentMs <= QUIET_MS || runsMs <= longest) return null;
  const evidence = `It has run for ${inWords(runsMs)}, longer than any of the ${durations.length} before it (${inWords(longest)} at most); ${alive(signs)}.`;
  return health('quiet', evidence, movedAt);
}

function ok({ task, now, movedAt, silentMs, awakeMs }: Signs): Health {
  const ago = inWords(now - movedAt);
  if (now - movedAt > QUIET_MS && silentMs <= QUIET_MS)
    return health(
      'ok',
      `No progress for ${ago}, but the process that looks was away itself until ${inWords(awakeMs)} ago.`,
      null,
    );
  return health(
    'ok',
    movedAt === task.startedAt ? `Started ${ago} ago.` : `Moved ${ago} ago.`,
    null,
  );
}

function noProgress({ now, movedAt }: Signs): string {
  return `No progress for ${inWords(now - movedAt)}`;
}

function alive({ owner }: Signs): string {
  switch (owner.state) {
    case 'held':
      return `its process was alive ${inWords(owner.renewedMsAgo)} ago`;
    case 'gone':
      return 'its process holds no lease';
    case 'unknown':
      return 'nothing is known of its process';
  }
}

function health(state: Health['state'], evidence: string, since: number | null): Health {
  return Object.freeze({ state, evidence, since: since === null ? null : Math.round(since) });
}

/** Whole seconds up to ten minutes, minutes up to ten hours, else hours. */
function inWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds <= 600) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes <= 600 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

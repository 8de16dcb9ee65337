/** How far a task is, as far as it said so. */
export interface Progress {
  readonly message: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly unit: string | null;
  /** 0 to 100, two decimals. From `current` and `total` where the task gave both, else as it gave it. */
  readonly percent: number | null;
  /** When the task last said anything of its progress: the clock that tells a stuck task from a busy one. */
  readonly updatedAt: number;
}

/** What changes in a task's progress: a field left out stays as it is, `null` clears it. */
export interface ProgressUpdate {
  readonly message?: string | null;
  /** ≥ 0, and not above `total`. */
  readonly current?: number | null;
  /** ≥ 0. */
  readonly total?: number | null;
  /** What is counted: `segments`. */
  readonly unit?: string | null;
  /** 0 to 100, for work that knows no counts. */
  readonly percent?: number | null;
}

/**
 * The progress after `update`. Every store uses this one rule, in the same atomic step as the write: a message alone
 * leaves the counts, and so the bar, where they are.
 */
export function applyProgress(
  previous: Progress | null,
  update: ProgressUpdate,
  at: number,
): Progress {
  const kept = previous ?? NOTHING_YET;
  const current = update.current === undefined ? kept.current : update.current;
  const total = update.total === undefined ? kept.total : update.total;
  const counted = update.current !== undefined || update.total !== undefined;
  return Object.freeze({
    message: update.message === undefined ? kept.message : update.message,
    current,
    total,
    unit: update.unit === undefined ? kept.unit : update.unit,
    percent:
      update.percent !== undefined
        ? update.percent
        : counted
          ? percentOf(current, total)
          : kept.percent,
    updatedAt: previous === null || at > previous.updatedAt ? at : previous.updatedAt,
  });
}

const NOTHING_YET = { message: null, current: null, total: null, unit: null, percent: null };

function percentOf(current: number | null, total: number | null): number | null {
  if (current === null || total === null || total === 0) return null;
  return Math.min(100, Math.round((current / total) * 10_000) / 100);
}

/**
 * Progress as one line for people: its message, else `12/80 segments (15%)`, else `null`.
 */
export function describeProgress(progress: Progress | null): string | null {
  if (progress === null) return null;
  if (progress.message !== null) return progress.message;
  const { current, total, unit, percent } = progress;
  const counted = current === null ? '' : total === null ? `${current}` : `${current}/${total}`;
  const share = percent === null ? '' : `${Math.round(percent)}%`;
  if (counted === '') return share === '' ? null : share;
  const amount = unit === null ? counted : `${counted} ${unit}`;
  return share === '' ? amount : `${amount} (${share})`;
}

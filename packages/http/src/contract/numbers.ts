import { closed, integer, number, object, type Schema } from './schema.js';

export interface WireStats {
  /** All kept tasks, cancelled ones too. */
  readonly total_tasks: number;
  readonly running_tasks: number;
  readonly pending_tasks: number;
  readonly completed_tasks: number;
  readonly failed_tasks: number;
  /** 0 to 100, two decimals: completed ones among completed and failed ones. */
  readonly success_rate: number;
}

export interface WireRunningCount {
  readonly running_tasks: number;
}

export interface WirePendingCount {
  readonly pending_tasks: number;
}

export interface WireCompletedCount {
  readonly completed_tasks: number;
}

export interface WireFailedCount {
  readonly failed_tasks: number;
}

export interface WireCancelledCount {
  readonly cancelled_tasks: number;
}

export interface WireCounts
  extends
    WireRunningCount,
    WirePendingCount,
    WireCompletedCount,
    WireFailedCount,
    WireCancelledCount {}

export interface WireCleanup {
  readonly cleaned_tasks: number;
  readonly days: number;
}

const RUNNING = { running_tasks: integer('How many are running.') };
const PENDING = { pending_tasks: integer('How many are waiting.') };
const COMPLETED = { completed_tasks: integer('How many completed.') };
const FAILED = { failed_tasks: integer('How many failed.') };
const CANCELLED = { cancelled_tasks: integer('How many were cancelled.') };

export const STATS: Schema<WireStats> = closed(
  object<WireStats>('Stats', 'Counts by status and the success rate.', {
    total_tasks: integer('All kept tasks, cancelled ones too.'),
    ...RUNNING,
    ...PENDING,
    ...COMPLETED,
    ...FAILED,
    success_rate: number('Completed ones among completed and failed ones.', 0, 100),
  }),
);

export const RUNNING_COUNT = closed(object<WireRunningCount>('RunningCount', 'A count.', RUNNING));
export const PENDING_COUNT = object<WirePendingCount>('PendingCount', 'A count.', PENDING);
export const COMPLETED_COUNT = object<WireCompletedCount>('CompletedCount', 'A count.', COMPLETED);
export const FAILED_COUNT = object<WireFailedCount>('FailedCount', 'A count.', FAILED);
export const CANCELLED_COUNT = object<WireCancelledCount>('CancelledCount', 'A count.', CANCELLED);

export const COUNTS: Schema<WireCounts> = object<WireCounts>('Counts', 'Counts of every status.', {
  ...RUNNING,
  ...PENDING,
  ...COMPLETED,
  ...FAILED,
  ...CANCELLED,
});

export const CLEANUP: Schema<WireCleanup> = closed(
  object<WireCleanup>('Cleanup', 'What was removed.', {
    cleaned_tasks: integer('How many tasks were removed.'),
    days: integer('The age that was asked for.'),
  }),
);

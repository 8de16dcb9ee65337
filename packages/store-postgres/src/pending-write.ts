import type { Verdict, Write } from './write.js';

/** A write that somebody waits for. */
export interface PendingWrite {
  readonly write: Write;
  /** Characters, more or less. */
  readonly size: number;
  /** How often something in its batch was not as it was known. */
  misses: number;
  /** It was found that the same operation was done before. */
  done: boolean;
  /** What was to be answered when it was sent and no answer came. */
  lost: Verdict | null;
  /** It spoiled what it was sent with, or was spoiled: it goes alone. */
  alone: boolean;
  settled: boolean;
  settle(verdict: Verdict): void;
  reject(error: unknown): void;
}

export interface RetryFacts {
  /** Tries in a row that failed, this one included. */
  readonly failures: number;
  /** Milliseconds that the stream asked for; `null`: nothing. */
  readonly retryMs: number | null;
  /** Milliseconds that `Retry-After` asked for; `null`: nothing. */
  readonly retryAfterMs: number | null;
  /** The most that it comes to by itself. */
  readonly maxRetryMs: number;
}

/**
 * Milliseconds to wait before the next try: as long as the server asked for, doubled with every failure, and up to half as
 * much again by chance, so that the clients of a server that comes back do not all come at once.
 */
export function retryDelay(
  { failures, retryMs, retryAfterMs, maxRetryMs }: RetryFacts,
  random = Math.random,
): number {
  const grown = (retryMs ?? FIRST_MS) * 2 ** Math.min(failures - 1, MAX_DOUBLINGS);
  const own = Math.min(grown, maxRetryMs / MOST_CHANCE);
  const asked = Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  return Math.max(own, asked) * (1 + random() * (MOST_CHANCE - 1));
}

const FIRST_MS = 1_000;
const MOST_CHANCE = 1.5;
const MAX_DOUBLINGS = 16;

/** Longer than any server is away on purpose; a number that is a mistake must not silence a page for good. */
const MAX_RETRY_AFTER_MS = 600_000;

/** The value of `Retry-After` for a task that is over in `remainingMs`; `null`: nobody knows. Whole seconds, from 1 to 60. */
export function retryAfter(remainingMs: number | null): string {
  if (remainingMs === null) return String(UNKNOWN_SECONDS);
  return String(Math.min(Math.max(Math.ceil(remainingMs / 1_000), 1), 60));
}

/** Often enough for a person who waits, and cheap: most answers are 304. */
const UNKNOWN_SECONDS = 1;

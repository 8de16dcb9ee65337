/**
 * Looks every so many milliseconds, not before the last look is over. The returned function ends that, and resolves when no
 * look goes on any more.
 */
export function lookAgain(
  everyMs: number,
  look: (signal: AbortSignal) => Promise<void>,
): () => Promise<void> {
  const over = new AbortController();
  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look(over.signal)
      .catch((error: unknown) => {
        if (!over.signal.aborted) throw error;
      })
      .finally(() => (looking = null));
  }, everyMs);
  return async () => {
    clearInterval(timer);
    over.abort();
    await looking;
  };
}

/** Resolves when `isTrue` is: looked at often, as nothing tells. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What a promise came to, and after how many milliseconds. */
export async function timed(promise: Promise<unknown>): Promise<{ code: unknown; ms: number }> {
  const since = performance.now();
  const code = await promise.then(
    () => 'done',
    (error: unknown) => (error as { code?: unknown }).code,
  );
  return { code, ms: performance.now() - since };
}

/** Repeats a call as long as its only error is that the store cannot be reached. */
export async function tillThere<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'STORE_UNAVAILABLE') throw error;
    }
  }
}

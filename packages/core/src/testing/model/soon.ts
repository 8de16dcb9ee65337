/** Nothing in a model run takes long: what does not come within a minute is not waited for any longer. */
export async function soon<T>(promise: Promise<T>, what: string, withinMs = 60_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Expected ${what}.`)), withinMs);
  });
  try {
    return await Promise.race([promise, never]);
  } finally {
    clearTimeout(timer);
  }
}

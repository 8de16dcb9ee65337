/**
 * What `work` comes to, unless it takes longer than `timeoutMs`: then it rejects with what `late` makes. The work is not
 * stopped, and what becomes of it after that is ignored.
 */
export function withDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  late: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), timeoutMs);
    // Work that hangs for a client that has gone must not keep the process.
    timer.unref();
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

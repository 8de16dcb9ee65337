/** An answer that is there, or will be: to wait for one that is there costs as much as a write in memory does. */
export type Prompt<T> = T | Promise<T>;

/** `answer` must be no data of a caller's, which may have a `then` of its own. */
export function isComing<T>(answer: Prompt<T>): answer is Promise<T> {
  return typeof (answer as Promise<T> | null | undefined)?.then === 'function';
}

/** What `make` answers; what it throws at once becomes a rejection. */
export function attempt<T>(make: () => Prompt<T>): Prompt<T> {
  try {
    return make();
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown is handed on as it is
    return Promise.reject(error);
  }
}

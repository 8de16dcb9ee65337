import { TaskApiError } from '@task-monitor/client';

/**
 * What a question comes to; `undefined` without an answer: nobody waits for it any more, or whatever is in its way is in the way
 * of the stream or the list, too, and told there.
 */
export async function answerTo<T>(
  question: (signal: AbortSignal) => Promise<T>,
  { signal }: AbortController,
): Promise<T | undefined> {
  try {
    return await question(signal);
  } catch (error) {
    if (signal.aborted || error instanceof TaskApiError) return undefined;
    throw error;
  }
}

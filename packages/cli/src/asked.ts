import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

/** Longer than a server that is well needs for anything; it answers with an error of its own after 5 s. */
const PATIENCE_MS = 15_000;

/** What `ask` answers, if it does in time. */
export async function asked<T>(url: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await ask(signal);
  } catch (error) {
    if (error !== signal.reason) throw error;
    throw new CliError(
      EXIT.unreachable,
      `No answer from ${url} within ${PATIENCE_MS / 1_000} s. Is it overloaded, or a proxy in the way?`,
    );
  }
}

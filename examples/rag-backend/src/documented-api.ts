/** A task as the documented API shows it. */
export interface ApiTask {
  readonly task_id: string;
  readonly command: readonly string[];
  readonly status: string;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly error_message: string | null;
  readonly progress: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface Stats {
  readonly total_tasks: number;
  readonly running_tasks: number;
  readonly pending_tasks: number;
  readonly completed_tasks: number;
  readonly failed_tasks: number;
  readonly success_rate: number;
}

/** A server that does not do what is documented, or cannot be reached. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
}

/** Longer than any documented call takes, short enough not to leave a person waiting before a dead server. */
const TIMEOUT_MS = 10_000;

/** One request to `path` below `base`. @throws VerifyError when there is no answer, or one that is no JSON */
export async function fetchJson(
  base: URL,
  path: string,
  init?: RequestInit,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const url = new URL(base.pathname.replace(/\/$/, '') + path, base);
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const why = cause instanceof Error ? cause.message : String(error);
    throw new VerifyError(`No answer from ${url.href}: ${why}. Is the server running there?`);
  }
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) as unknown };
  } catch {
    throw new VerifyError(
      `${url.href} answered ${response.status} with something that is no JSON: ${text.slice(0, 200)}`,
    );
  }
}

/** Epoch milliseconds of an ISO 8601 instant, with a zone or without one (then UTC); `null` for anything else. */
export function isoInstant(text: string | null): number | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/.exec(text ?? '');
  const instant = match ? Date.parse(`${match[1]}${match[2] ?? 'Z'}`) : NaN;
  return Number.isNaN(instant) ? null : instant;
}

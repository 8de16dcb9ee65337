import type { ParameterError, ProblemCode } from '@task-monitor/http';

/** The codes of the server; `NETWORK`, it was not reached; `BAD_ANSWER`, what answered is not Task Monitor. */
export type TaskApiErrorCode = ProblemCode | 'NETWORK' | 'BAD_ANSWER';

export interface TaskApiErrorFacts {
  readonly code: TaskApiErrorCode;
  readonly detail: string;
  readonly status?: number | null;
  readonly errors?: readonly ParameterError[];
  readonly requestId?: string | null;
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** What went wrong in a request to Task Monitor; `code` says which mistake or trouble it was. */
export class TaskApiError extends Error {
  override readonly name = 'TaskApiError';
  readonly code: TaskApiErrorCode;
  /** The HTTP status; `null` where there was no answer. */
  readonly status: number | null;
  /** What is the matter, for people. */
  readonly detail: string;
  /** With `INVALID_INPUT`: each parameter that cannot be used. */
  readonly errors: readonly ParameterError[];
  /** Names this error in what the server was told of it. */
  readonly requestId: string | null;
  /** Milliseconds after which the server wants to be asked again, where it said so. */
  readonly retryAfterMs: number | null;

  constructor(facts: TaskApiErrorFacts) {
    super(facts.detail, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.status = facts.status ?? null;
    this.detail = facts.detail;
    this.errors = facts.errors ?? [];
    this.requestId = facts.requestId ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }

  /** Whether the same request may well be answered later: the network, 429 and what is from 500 on. */
  get isTemporary(): boolean {
    if (this.status === null) return this.code === 'NETWORK';
    return this.status >= 500 || this.status === 429;
  }
}

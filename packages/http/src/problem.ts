import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { type ErrorCode, isTaskMonitorError } from '@task-monitor/core';

/** The codes of the library, and those of mistakes that only HTTP knows. */
export type ProblemCode =
  | ErrorCode
  | 'PATH_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'BODY_TIMEOUT'
  | 'BODY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'TOO_MANY_STREAMS'
  | 'TOO_MANY_WAITING'
  | 'INTERNAL_ERROR';

/** The body of every error: `application/problem+json`, RFC 9457. */
export interface WireProblem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  /** With status 400: each parameter that cannot be used. */
  readonly errors?: readonly ParameterError[];
  /** With a status of 500 and above: what `onError` was told, too. */
  readonly request_id?: string;
}

export interface ParameterError {
  readonly parameter: string;
  readonly detail: string;
  /** Where in the parameter the mistake is: characters from 1. Of `q`. */
  readonly position?: number;
}

const STATUS: Readonly<Record<ProblemCode, number>> = {
  // The options of a call are ours, never the client's.
  INVALID_OPTIONS: 500,
  INVALID_INPUT: 400,
  TASK_NOT_FOUND: 404,
  TASK_EXISTS: 409,
  INVALID_TRANSITION: 409,
  CAPACITY: 503,
  FORBIDDEN: 403,
  STORE_UNAVAILABLE: 503,
  STORE_FULL: 507,
  STORE_CORRUPT: 500,
  MONITOR_CLOSED: 503,
  PATH_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  BODY_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_STREAMS: 503,
  TOO_MANY_WAITING: 503,
  INTERNAL_ERROR: 500,
};

/** Told where nothing better is known. An error's own message is never sent: it may name hosts, queries and paths. */
const DETAIL: Readonly<Record<ProblemCode, string>> = {
  INVALID_OPTIONS: 'The server cannot answer this request.',
  INVALID_INPUT: 'The request has data that cannot be accepted.',
  TASK_NOT_FOUND: 'Task not found.',
  TASK_EXISTS: 'There is a task with this id already.',
  INVALID_TRANSITION: 'The task is in a state that does not allow this.',
  CAPACITY: 'There are as many active tasks as there may be; try again later.',
  FORBIDDEN: 'This is not allowed.',
  STORE_UNAVAILABLE: 'The tasks cannot be reached at the moment; try again later.',
  STORE_FULL: 'There is no room to store this.',
  STORE_CORRUPT: 'The server cannot answer this request.',
  MONITOR_CLOSED: 'The server is shutting down; try again later.',
  PATH_NOT_FOUND: 'Nothing is at this path.',
  METHOD_NOT_ALLOWED: 'This path has other methods, named by `Allow`.',
  BODY_TIMEOUT: 'The body of the request did not arrive in time.',
  BODY_TOO_LARGE: 'The body of the request is larger than 100 KB.',
  UNSUPPORTED_MEDIA_TYPE: 'The body has to be JSON, of type application/json and not compressed.',
  TOO_MANY_STREAMS: 'There are as many streams as there may be; try again later.',
  TOO_MANY_WAITING: 'As many requests wait as may; ask without `wait`, or try again later.',
  INTERNAL_ERROR: 'The server cannot answer this request.',
};

export function statusOf(code: ProblemCode): number {
  return STATUS[code];
}

/** What is said where nothing better is known. */
export function usualDetail(code: ProblemCode): string {
  return DETAIL[code];
}

/** Seconds after which a 503 may be asked again: a store that is away is rarely back within one. */
const RETRY_AFTER = '5';

export interface ProblemOptions {
  /** Default: a fixed text for the code. */
  readonly detail?: string;
  readonly errors?: readonly ParameterError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What the host is told of; never sent. */
  readonly cause?: unknown;
}

/** An error as it is answered. Thrown anywhere while a request is handled, it becomes the answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Names this one request to the client and to the host; only where the server is at fault. */
  readonly requestId: string | null;
  readonly #errors: readonly ParameterError[] | undefined;

  constructor(code: ProblemCode, { detail, errors, headers, cause }: ProblemOptions = {}) {
    super(detail ?? DETAIL[code], { cause });
    const status = STATUS[code];
    // Which part of the inside broke is nobody's business outside.
    this.code = status === 500 ? 'INTERNAL_ERROR' : code;
    this.status = status;
    this.headers = status === 503 ? { 'Retry-After': RETRY_AFTER, ...headers } : { ...headers };
    this.requestId = status >= 500 ? randomUUID() : null;
    this.#errors = errors;
  }

  static invalid(errors: readonly ParameterError[]): Problem {
    const detail = errors.map((error) => error.detail).join(' ');
    return new Problem('INVALID_INPUT', { detail, errors });
  }

  /** What `error`, whatever it is, is answered with. */
  static from(error: unknown): Problem {
    if (error instanceof Problem) return error;
    return new Problem(isTaskMonitorError(error) ? error.code : 'INTERNAL_ERROR', { cause: error });
  }

  toJSON(): WireProblem {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      code: this.code,
      ...(this.#errors && { errors: this.#errors }),
      ...(this.requestId !== null && { request_id: this.requestId }),
    };
  }
}

import type { ErrorCode } from '@task-monitor/core';

/** One query parameter that cannot be used, and what it may be. */
export interface ParameterMistake {
  readonly parameter: string;
  readonly detail: string;
}

/** What went wrong before any task was asked for, beside the codes of the monitor. */
export type HttpCode = 'NOT_FOUND' | 'METHOD_NOT_ALLOWED' | 'CONTENT_TOO_LARGE' | 'INTERNAL';

/** A new code of the monitor does not compile until it has a status here. */
const STATUSES: Record<ErrorCode | HttpCode, number> = {
  INVALID_OPTIONS: 500,
  INVALID_INPUT: 400,
  TASK_NOT_FOUND: 404,
  TASK_EXISTS: 409,
  INVALID_TRANSITION: 409,
  CAPACITY: 503,
  FORBIDDEN: 403,
  STORE_UNAVAILABLE: 503,
  STORE_FULL: 503,
  STORE_CORRUPT: 500,
  MONITOR_CLOSED: 503,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONTENT_TOO_LARGE: 413,
  INTERNAL: 500,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Seconds after which a client may try again: longer than a short outage's first retries, shorter than patience. */
const RETRY_AFTER_SECONDS = 5;

/** An answer that is an error; thrown by whatever finds it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #code: ErrorCode | HttpCode;
  readonly #more: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode | HttpCode,
    detail: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = STATUSES[code];
    this.#code = code;
    this.#more = more;
    this.headers = this.status === 503 ? { 'Retry-After': String(RETRY_AFTER_SECONDS), ...headers } : headers;
  }

  /** RFC 9457 problem details. */
  toJSON(): unknown {
    const { status, message } = this;
    return { type: 'about:blank', title: TITLES[status], status, detail: message, code: this.#code, ...this.#more };
  }
}

export function badRequest(errors: readonly ParameterMistake[]): Problem {
  const detail = errors.map((error) => `${error.parameter}: ${error.detail}`).join(' ');
  return new Problem('INVALID_INPUT', detail, { errors });
}

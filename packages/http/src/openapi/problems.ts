import { STATUS_CODES } from 'node:http';
import type { Endpoint, HeaderName } from '../contract.js';
import { choice, integer, list, object, type Schema, text } from '../contract/schema.js';
import {
  type ParameterError,
  type ProblemCode,
  statusOf,
  usualDetail,
  type WireProblem,
} from '../problem.js';

/** The problems that `endpoint` can answer with, by rules, so that no row of the table has to repeat them. */
export function problemsOf({
  path,
  method,
  body,
  stream,
  queryIsForPage,
  problems = [],
}: Endpoint): readonly ProblemCode[] {
  return [
    // Where there are no parameters the percent-encoding of a query can still be malformed.
    ...when(queryIsForPage === undefined, 'INVALID_INPUT'),
    'FORBIDDEN',
    ...when(path.includes('{task_id}'), 'TASK_NOT_FOUND'),
    'METHOD_NOT_ALLOWED',
    'BODY_TOO_LARGE',
    ...when(method !== 'GET', 'BODY_TIMEOUT', 'STORE_FULL'),
    ...when(body !== undefined, 'UNSUPPORTED_MEDIA_TYPE'),
    ...when(stream !== undefined, 'TOO_MANY_STREAMS'),
    'INTERNAL_ERROR',
    'STORE_UNAVAILABLE',
    'MONITOR_CLOSED',
    ...problems,
  ];
}

function when(condition: boolean, ...codes: readonly ProblemCode[]): readonly ProblemCode[] {
  return condition ? codes : [];
}

/** The statuses of `codes`, in order. */
export function statusesOf(codes: readonly ProblemCode[]): readonly number[] {
  return [...new Set(codes.map(statusOf))].sort((a, b) => a - b);
}

/** What the answers of a status are called among the components: `NotFound`. */
export function problemName(status: number): string {
  return (STATUS_CODES[status] ?? `Status${status}`).replace(/\W/g, '');
}

/** What those of `codes` that have this status say. */
export function problemDescription(status: number, codes: readonly ProblemCode[]): string {
  return codes
    .filter((code) => statusOf(code) === status)
    .map((code) => `\`${code}\`: ${usualDetail(code)}`)
    .join(' ');
}

export function problemHeaders(status: number): readonly HeaderName[] {
  if (status === statusOf('METHOD_NOT_ALLOWED')) return ['Allow'];
  return status === 503 ? ['Retry-After'] : [];
}

const PARAMETER_ERROR: Schema<ParameterError> = object<ParameterError>(
  'ParameterError',
  'A parameter that cannot be used.',
  {
    parameter: text('Its name.'),
    detail: text('What is wrong with it.'),
    position: integer('Where in it, in characters from 1; of `q`.'),
  },
  ['position'],
);

/** The body of all problems, whose codes are these. */
export function problemSchema(codes: readonly ProblemCode[]): Schema<WireProblem> {
  return object<WireProblem>(
    'Problem',
    'Why a request was not answered, as of RFC 9457.',
    {
      type: choice(['about:blank'], 'The `code` tells problems apart.'),
      title: text('The name of the status.'),
      status: integer('The status of the answer.'),
      detail: text('What is wrong, for people.'),
      code: choice(codes, 'What is wrong, for programs.'),
      errors: list(PARAMETER_ERROR, 'With status 400: each parameter that cannot be used.'),
      request_id: text('With a status of 500 and above: what the log of the server has, too.'),
    },
    ['errors', 'request_id'],
  );
}

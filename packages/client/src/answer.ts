import type { ParameterError, WireProblem } from '@task-monitor/http';
import { TaskApiError } from './task-api-error.js';

/** What `response` says as JSON. `where` names the request, for people. */
export async function readJson(response: Response, where: string): Promise<unknown> {
  const text = await readText(response, where);
  if (!isJson(response)) throw badAnswer(response, where, text);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw badAnswer(response, where, text, cause);
  }
}

/** The error that an answer from 400 on is: the problem that it tells, or that it tells none. */
export async function readProblem(response: Response, where: string): Promise<TaskApiError> {
  const text = await readText(response, where);
  const problem = isJson(response) ? asProblem(text) : null;
  if (problem === null) return badAnswer(response, where, text);
  return new TaskApiError({
    code: problem.code,
    detail: problem.detail,
    status: response.status,
    errors: problem.errors ?? [],
    requestId: problem.request_id ?? null,
    retryAfterMs: retryAfterMs(response, Date.now()),
  });
}

/** What `response` says where it is no JSON. */
export async function readPlain(response: Response, where: string): Promise<string> {
  const text = await readText(response, where);
  if (/^text\/plain\b/i.test(response.headers.get('content-type') ?? '')) return text;
  throw badAnswer(response, where, text);
}

async function readText(response: Response, where: string): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    const detail = `The answer to ${where} was cut off.`;
    throw new TaskApiError({ code: 'NETWORK', detail, cause });
  }
}

function isJson(response: Response): boolean {
  return /^application\/(problem\+)?json\b/i.test(response.headers.get('content-type') ?? '');
}

function asProblem(text: string):
  | (Omit<WireProblem, 'errors'> & {
      readonly errors?: readonly ParameterError[];
    })
  | null {
  try {
    const value = JSON.parse(text) as Partial<WireProblem> | null;
    return typeof value?.code === 'string' && typeof value.detail === 'string'
      ? (value as WireProblem)
      : null;
  } catch {
    return null;
  }
}

function badAnswer(response: Response, where: string, text: string, cause?: unknown): TaskApiError {
  const { status, headers, redirected, url } = response;
  const type = headers.get('content-type') ?? 'no content type';
  const from = redirected ? ` from ${url}, where it was sent on to` : '';
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return new TaskApiError({
    code: 'BAD_ANSWER',
    detail:
      `Expected an answer of Task Monitor to ${where}, got status ${status} with ${type}${from}: ` +
      `${JSON.stringify(shown)}. Is the base URL right, and does a proxy or a log-in page answer there?`,
    status,
    retryAfterMs: retryAfterMs(response, Date.now()),
    cause,
  });
}

/** Milliseconds that `Retry-After` asks for, in seconds or as a date; `null` if it says nothing that can be used. */
export function retryAfterMs(response: Response, now: number): number | null {
  const text = response.headers.get('retry-after')?.trim() ?? '';
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = text === '' ? NaN : Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

const SHOWN_CHARACTERS = 120;

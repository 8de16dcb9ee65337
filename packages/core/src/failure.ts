import { toJson } from './json.js';
import { LIMITS } from './limits.js';
import type { Redactor } from './redact/redactor.js';
import { FAILURE_CODES, type FailureCode, type TaskFailure } from './task.js';

/** Thrown inside a tracked function, fails the task with this code and message, and without a stack. */
export class TaskFailedError extends Error {
  override readonly name = 'TaskFailedError';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Why a tracked function is told to stop: the `reason` of its `AbortSignal`. */
export class TaskAbortError extends Error {
  /** The names that Node and browsers use, so that code made for any `AbortSignal` recognises them. */
  override readonly name: 'AbortError' | 'TimeoutError';
  readonly why: AbortCause;

  constructor(why: AbortCause, message: string) {
    super(message);
    this.name = why === 'timeout' ? 'TimeoutError' : 'AbortError';
    this.why = why;
  }
}

/** `cancel` somebody cancelled it, `timeout` its time was up, `shutdown` the monitor closes, `ended` another process ended it. */
export type AbortCause = 'cancel' | 'timeout' | 'shutdown' | 'ended';

/** Whether `thrown` is what a function throws when it stops because of `signal`. */
export function isCausedByAbort(thrown: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  if (thrown === signal.reason) return true;
  // signal.addEventListener('abort', reject) rejects with the event.
  if (read(thrown, 'target') === signal) return true;
  if (read(thrown, 'code') === 'ABORT_ERR') return true;
  if (['AbortError', 'TimeoutError'].includes(read(thrown, 'name') as string)) return true;
  return hasCause(thrown, signal.reason) || holdsOnlyAborts(thrown, signal);
}

function hasCause(thrown: unknown, reason: unknown): boolean {
  let cause = read(thrown, 'cause');
  for (let level = 0; level < MAX_CAUSES && cause !== undefined && cause !== null; level++) {
    if (cause === reason) return true;
    cause = read(cause, 'cause');
  }
  return false;
}

/** An AggregateError, as of `Promise.any`, whose members all stopped because of `signal`. */
function holdsOnlyAborts(thrown: unknown, signal: AbortSignal): boolean {
  const errors = firstErrors(read(thrown, 'errors'));
  return (
    errors.length > 0 &&
    errors.every((error) => error === signal.reason || hasCause(error, signal.reason))
  );
}

/**
 * Anything that was thrown, as data. Never throws itself, whatever the value does when it is read; messages and stacks
 * are without secrets and cut at 8 KB. The messages of causes are added, because the outermost one often says only *fetch failed*.
 */
export function toFailure(thrown: unknown, captureStack: boolean, redactor: Redactor): TaskFailure {
  const ours =
    read(thrown, 'name') === 'TaskFailedError' ? (read(thrown, 'code') as FailureCode) : undefined;
  const code = ours !== undefined && FAILURE_CODES.includes(ours) ? ours : 'ERROR';
  const stack = captureStack && code === 'ERROR' ? read(thrown, 'stack') : undefined;
  const name = read(thrown, 'name');
  return Object.freeze({
    code,
    message: redactor.bounded(
      code === 'ERROR' ? messageWithCauses(thrown, redactor) : messageOf(thrown, redactor),
      LIMITS.errorBytes,
      'error',
    ),
    name:
      isErrorLike(thrown) && typeof name === 'string'
        ? redactor.bounded(name, LIMITS.nameCharacters, 'error')
        : null,
    stack: typeof stack === 'string' ? redactor.bounded(stack, LIMITS.errorBytes, 'error') : null,
  });
}

function messageWithCauses(thrown: unknown, redactor: Redactor): string {
  let text = messageOf(thrown, redactor);
  const seen = new Set<unknown>([thrown]);
  let cause = read(thrown, 'cause');
  while (cause !== undefined && cause !== null && !seen.has(cause) && seen.size <= MAX_CAUSES) {
    seen.add(cause);
    const message = messageOf(cause, redactor);
    if (!text.includes(message)) text += `: ${message}`;
    cause = read(cause, 'cause');
  }
  return text;
}

/** Deeper causes repeat the shallower ones in practice. */
const MAX_CAUSES = 4;

/** `levels` of errors that hold errors are looked into: one may hold itself. */
function messageOf(thrown: unknown, redactor: Redactor, levels = 2): string {
  if (typeof thrown === 'string') return thrown === '' ? 'Threw an empty string' : thrown;
  const message = read(thrown, 'message');
  const own = typeof message === 'string' ? message : '';
  if (own !== '' && read(thrown, 'name') !== 'AggregateError') return own;
  const held = levels === 0 ? [] : firstErrors(read(thrown, 'errors'));
  const parts = held.map((error) => messageOf(error, redactor, levels - 1)).join('; ');
  if (parts !== '') return own === '' ? parts : `${own}: ${parts}`;
  if (own !== '') return own;
  const name = read(thrown, 'name');
  if (isErrorLike(thrown) && typeof name === 'string' && name !== '') return name;
  return `Threw ${describe(thrown, redactor)}`;
}

function firstErrors(errors: unknown): readonly unknown[] {
  try {
    return Array.isArray(errors) ? errors.slice(0, MAX_CAUSES) : [];
  } catch {
    return [];
  }
}

function isErrorLike(value: unknown): boolean {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
  } catch {
    return false;
  }
}

function describe(value: unknown, redactor: Redactor): string {
  try {
    if (typeof value !== 'object' || value === null) return String(value);
    return JSON.stringify(toJson(value, { name: 'error', maxBytes: LIMITS.resultBytes }, redactor));
  } catch {
    return 'an object that cannot be read';
  }
}

/** A property of anything, `undefined` where reading it throws. */
function read(value: unknown, property: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[property];
  } catch {
    return undefined;
  }
}

import type { IncomingMessage } from 'node:http';
import { show, type Task, TASK_STATUSES, type TaskFilter } from '@task-monitor/core';
import type { Action } from '../contract.js';
import { Problem } from '../problem.js';

/** What a request wants to do, and to which task: `null` where it is about no single task, or about none that is kept. */
export interface AccessRequest {
  readonly action: Action;
  readonly task: Task | null;
}

/** `true` allows, `false` refuses, a filter allows as far as tasks match it. */
export type AccessDecision = boolean | { readonly filter: TaskFilter };

export type Authorize = (
  req: IncomingMessage,
  request: AccessRequest,
) => AccessDecision | Promise<AccessDecision>;

/**
 * Which tasks the request may see. Whatever is not clearly a permission is a refusal: a throw, no answer, an answer of
 * another form.
 *
 * @throws {@link Problem} FORBIDDEN
 */
export async function authorized(
  authorize: Authorize,
  req: IncomingMessage,
  request: AccessRequest,
): Promise<TaskFilter> {
  let scope: TaskFilter | null;
  try {
    scope = scopeOf(await authorize(req, request));
  } catch (cause) {
    throw new Problem('FORBIDDEN', { cause });
  }
  if (scope === null) throw new Problem('FORBIDDEN');
  return scope;
}

function scopeOf(decision: unknown): TaskFilter | null {
  if (decision === true) return {};
  if (decision === false) return null;
  const filter: unknown = (Object(decision) as { readonly filter?: unknown }).filter;
  if (isFilter(filter)) return { ...filter };
  throw new TypeError(
    `Expected \`authorize\` to answer true, false or { filter }, where the filter may have ` +
      `${Object.keys(FIELDS).join(', ')} and no undefined value; got ${show(decision)}.`,
  );
}

/**
 * A name that is not known and a value that is `undefined` make it no filter: where a caller's tenant is missing, the
 * answer must not be everybody's tasks.
 */
function isFilter(value: unknown): value is TaskFilter {
  return (
    isPlainObject(value) &&
    Object.entries(value).every(
      ([name, field]) => Object.hasOwn(FIELDS, name) && FIELDS[name as keyof TaskFilter](field),
    )
  );
}

const FIELDS: Readonly<Record<keyof TaskFilter, (value: unknown) => boolean>> = {
  statuses: (value) =>
    Array.isArray(value) &&
    value.every((item) => (TASK_STATUSES as readonly unknown[]).includes(item)),
  type: isText,
  tag: isText,
  parentId: isText,
};

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** A Map or an array has no entries of its own, and would pass for the filter that matches everything. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

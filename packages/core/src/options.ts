import { TaskMonitorError } from './errors.js';

/** Says what a value is expected to be, or `null` if it is that. */
export type Check = (value: unknown) => string | null;

export const positiveInteger: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) > 0 ? null : 'a positive integer';

export const count: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? null : 'an integer from 0';

export const milliseconds: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0
    ? null
    : 'a positive number of milliseconds';

export const boolean: Check = (value) => (typeof value === 'boolean' ? null : 'true or false');

export const aFunction: Check = (value) => (typeof value === 'function' ? null : 'a function');

export const text: Check = (value) => (typeof value === 'string' ? null : 'a string');

export const abortSignal: Check = (value) =>
  value instanceof AbortSignal ? null : 'an AbortSignal';

/**
 * Checks the options of `owner` by name; `null` allows any value. An absent or `undefined` option is fine.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS: *Expected `retentionMs` to be a positive integer, got "7d" (string).*
 */
export function checkOptions(
  owner: string,
  options: unknown,
  checks: Readonly<Record<string, Check | null>>,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TaskMonitorError(
      'INVALID_OPTIONS',
      `Expected the options of ${owner} to be an object, got ${show(options)}.`,
    );
  }
  for (const name of Object.keys(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) throw unknownOption(owner, name, Object.keys(checks));
    const value = (options as Record<string, unknown>)[name];
    if (check === null || value === undefined) continue;
    const expected = check(value);
    if (expected !== null) throw wrongOption(name, expected, value);
  }
}

export function wrongOption(name: string, expected: string, value: unknown): TaskMonitorError {
  return new TaskMonitorError(
    'INVALID_OPTIONS',
    `Expected \`${name}\` to be ${expected}, got ${show(value)}.`,
    {
      details: { option: name },
    },
  );
}

function unknownOption(owner: string, name: string, known: readonly string[]): TaskMonitorError {
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  const near = nearest(name, known);
  const hint = near
    ? `Did you mean \`${near}\`?`
    : `It knows ${known.map((k) => `\`${k}\``).join(', ')}.`;
  return new TaskMonitorError('INVALID_OPTIONS', `${owner} has no option \`${shown}\`. ${hint}`, {
    details: { option: shown },
  });
}

/** Which of `known` was probably meant by `name`; `undefined` if none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const [near] = known
    .map((candidate) => ({
      candidate,
      distance: editDistance(name.slice(0, 64).toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(
      ({ candidate, distance }) =>
        distance < candidate.length && distance <= Math.max(2, candidate.length / 3),
    )
    .sort((a, b) => a.distance - b.distance);
  return near?.candidate;
}

/** A value as a message shows it: `"7d" (string)`, bounded, whatever it is. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `${JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value)} (string)`;
    case 'bigint':
      return BigInt.asIntN(256, value) === value ? `${value} (bigint)` : 'a very large bigint';
    case 'number':
    case 'boolean':
      return `${value} (${typeof value})`;
    case 'object':
      // Never its contents: they may be secret, as an environment is.
      return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object';
    default:
      return value === undefined ? 'undefined' : `a ${typeof value}`;
  }
}

/** How many single-character edits lead from `a` to `b` (Levenshtein distance). O(length of a × length of b). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

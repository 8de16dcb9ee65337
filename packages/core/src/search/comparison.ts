import { searchError, shown } from './search-error.js';
import type { SearchValue } from './search-syntax.js';

type Operator = '>' | '>=' | '<' | '<=';

/** `>=2h` as its parts; the operator of what begins with none, or is quoted, is `null`. */
export interface Comparison {
  readonly operator: Operator | null;
  readonly operand: string;
}

export function comparisonOf({ text, quoted }: SearchValue): Comparison {
  if (quoted) return { operator: null, operand: text };
  const [operator] = /^[<>]=?/.exec(text) ?? [null];
  return {
    operator: operator as Operator | null,
    operand: text.slice(operator?.length ?? 0),
  };
}

export function compare(operator: Operator, a: number, b: number): boolean {
  switch (operator) {
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
  }
}

/**
 * Whether an instant is one that `created:…` and the like ask for. A duration is an age; a date or time is all of the
 * day, minute, second or millisecond that it names, in UTC unless it says another zone.
 *
 * @throws {@link TaskMonitorError} INVALID_INPUT
 */
export function instantTest(
  field: string,
  value: SearchValue,
): (at: number, now: number) => boolean {
  const { operator, operand } = comparisonOf(value);
  const age = durationOf(operand);
  if (age !== null && operator !== null) return (at, now) => compare(operator, now - at, age);
  if (age !== null)
    throw searchError(
      value.at,
      `\`${field}\` needs to be told on which side of ${shown(operand)} it is`,
      `Write ${field}:>${operand} for longer ago, ${field}:<${operand} for since then.`,
    );
  const span = spanOf(operand);
  if (span === null)
    throw searchError(
      value.at,
      `${shown(value.text)} is no time to compare \`${field}\` with`,
      `Write an age (${field}:>2h, ${field}:<30m), a date (${field}:>2026-01-31) or a time (${field}:<2026-01-31T10:30Z).`,
    );
  const { from, until } = span;
  if (operator === null) return (at) => at >= from && at < until;
  // After all of it, or before any of it.
  const bound = operator === '>' || operator === '<=' ? until - 1 : from;
  return (at) => compare(operator, at, bound);
}

/** @throws {@link TaskMonitorError} INVALID_INPUT */
export function durationTest(field: string, value: SearchValue): (ms: number) => boolean {
  const { operator, operand } = comparisonOf(value);
  const duration = durationOf(operand);
  if (operator !== null && duration !== null) return (ms) => compare(operator, ms, duration);
  throw searchError(
    value.at,
    `${shown(value.text)} is no length of time to compare \`${field}\` with`,
    `Write ${field}:>30s or ${field}:<1h30m; the units are ms, s, m, h, d and w.`,
  );
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Each unit once is enough: `1w2d3h4m5s6ms`. */
const DURATION = /^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smhdw])){1,6}$/i;

/** `1h30m` in milliseconds. */
function durationOf(text: string): number | null {
  if (!DURATION.test(text)) return null;
  let sum = 0;
  for (const [, amount, unit] of text.toLowerCase().matchAll(/([\d.]+)([a-z]+)/g))
    sum += Number(amount) * (UNITS[unit as string] as number);
  return sum;
}

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:\d\d)?)?$/i;

/** The instants that a date or time names, from the first up to one beyond the last. */
function spanOf(text: string): { readonly from: number; readonly until: number } | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const local = [
    `${year}-${month}-${day}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}`,
    `.${(fraction ?? '').padEnd(3, '0')}Z`,
  ].join('');
  const from = Date.parse(local);
  // The 30th of February would be the 2nd of March, and midnight at its end the next day.
  if (Number.isNaN(from) || new Date(from).toISOString() !== local) return null;
  const offset = offsetOf(zone);
  if (offset === null) return null;
  const length = fraction ? 1 : second ? 1_000 : hour ? 60_000 : 86_400_000;
  return { from: from - offset, until: from - offset + length };
}

function offsetOf(zone = 'Z'): number | null {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
}

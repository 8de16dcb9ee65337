import { aFunction, type Check, checkOptions, wrongOption } from '../options.js';

/** What is secret, or is not, besides what every monitor recognises. */
export interface RedactOptions {
  /**
   * More words that make a key or a flag secret: `['iban', 'customer number']`. Matched as whole words, however the key
   * is written: `customerNumber`, `CUSTOMER_NUMBER`, `--customer-number`.
   */
  readonly keys?: readonly string[];
  /** Keys that are not secret here, in full: `['session id']` is for `sessionId` and `session_id`. */
  readonly allow?: readonly string[];
  /** What is secret wherever it stands in a text. A slow expression makes every call slow. */
  readonly patterns?: readonly RegExp[];
  /**
   * Places of which everything is hidden, numbers too: `['metadata.customer.iban', 'result.users.*.phone']`. `*` stands for
   * any one key or index.
   */
  readonly paths?: readonly string[];
  /**
   * Called last, with every text and the field it is for (`metadata`, `command`, `error`, `output` …); answers with the
   * text to keep. If it throws, or answers with anything else, `[RedactionFailed]` is kept and `onError` told.
   */
  readonly replace?: (text: string, place: { readonly field: string }) => string;
}

/** @throws {@link TaskMonitorError} INVALID_OPTIONS */
export function checkRedactOptions(redact: unknown): asserts redact is RedactOptions | false {
  if (redact === false) return;
  if (typeof redact !== 'object' || redact === null || Array.isArray(redact))
    throw wrongOption('redact', 'an object of options, or false', redact);
  checkOptions('redact', redact, NAMES);
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = (redact as Record<string, unknown>)[name];
    const expected = value === undefined ? null : check(value);
    if (expected !== null) throw wrongOption(`redact.${name}`, expected, value);
  }
}

const keyNames: Check = (value) =>
  isArrayOf(value, (name) => typeof name === 'string' && /[A-Za-z]/.test(name))
    ? null
    : 'an array of names with letters of the alphabet in them';

const expressions: Check = (value) =>
  isArrayOf(value, (item) => item instanceof RegExp) ? null : 'an array of regular expressions';

const places: Check = (value) =>
  isArrayOf(value, (path) => typeof path === 'string' && /^(metadata|result)(\.[^.]+)+$/.test(path))
    ? null
    : 'an array of paths such as "metadata.customer.iban" or "result.users.*.phone"';

function isArrayOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

const CHECKS: Readonly<Record<keyof RedactOptions, Check>> = {
  keys: keyNames,
  allow: keyNames,
  patterns: expressions,
  paths: places,
  replace: aFunction,
};
/** The names alone: what is wrong with a value is told with the whole path to it. */
const NAMES = { keys: null, allow: null, patterns: null, paths: null, replace: null };

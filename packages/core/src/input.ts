import { TaskMonitorError } from './errors.js';
import { type JsonObject, toJson, toJsonObject } from './json.js';
import { LIMITS } from './limits.js';
import { checkOptions, show } from './options.js';
import type { ProgressUpdate } from './progress.js';
import type { TaskFilter } from './query.js';
import { redactCommand } from './redact/command.js';
import type { Redactor } from './redact/redactor.js';
import { type NewOutputLine, OUTPUT_LIMITS, type OutputStream } from './store.js';
import { storableText } from './text.js';

export interface RegisterOptions<Metadata extends object = JsonObject> {
  /**
   * Letters, digits and `. _ : -`, 128 characters at most, beginning with a letter or digit and containing a digit, so
   * that no path of the HTTP API can ever be taken for it. Default: a random UUID, which nobody can guess.
   */
  readonly id?: string;
  /** The kind of work, for filters and statistics: `ingest`. At most 128 characters. */
  readonly type?: string;
  /** What a person would call this one task. At most 256 characters. */
  readonly name?: string;
  /** What runs, as program and arguments; shown, without the secrets that are recognised. At most 64 KB. Default: empty. */
  readonly command?: readonly string[];
  /** Anything worth knowing later; kept as JSON, at most 64 KB. Default: `{}`. */
  readonly metadata?: Metadata;
  /** At most 32, of 128 characters each. */
  readonly tags?: readonly string[];
  /** The task that this one is a part of. Default: the task that is running, for `run` inside of `run`; else none. */
  readonly parentId?: string;
  /** How much of the parent's progress this task makes, beside its other parts: from 0, none, to 10^9. Default: 1. */
  readonly weight?: number;
  /** While a task with this key is kept, registering again answers with that task. At most 256 characters. */
  readonly idempotencyKey?: string;
}

export const REGISTER_OPTIONS = {
  id: null,
  type: null,
  name: null,
  command: null,
  metadata: null,
  tags: null,
  parentId: null,
  weight: null,
  idempotencyKey: null,
};

/** A task's data as it is stored: checked, copied, frozen, without secrets. */
export interface TaskInput {
  readonly id: string | null;
  readonly type: string | null;
  readonly name: string | null;
  readonly command: readonly string[];
  readonly metadata: JsonObject;
  readonly tags: readonly string[];
  readonly parentId: string | null;
  readonly weight: number;
  readonly idempotencyKey: string | null;
}

/** @throws {@link TaskMonitorError} INVALID_OPTIONS for an unknown name, INVALID_INPUT for a value that cannot be kept. */
export function taskInput(options: RegisterOptions<object>, redactor: Redactor): TaskInput {
  return {
    id: options.id === undefined ? null : taskId(options.id),
    type: cleanText('type', options.type, LIMITS.typeCharacters, redactor),
    name: cleanText('name', options.name, LIMITS.nameCharacters, redactor),
    command: options.command === undefined ? NO_STRINGS : commandOf(options.command, redactor),
    metadata:
      options.metadata === undefined
        ? NO_METADATA
        : toJsonObject(options.metadata, METADATA, redactor),
    tags: options.tags === undefined ? NO_STRINGS : tagsOf(options.tags, redactor),
    parentId: options.parentId === undefined ? null : taskId(options.parentId, 'parentId'),
    weight: weightOf('weight', options.weight),
    idempotencyKey: keyOf(options.idempotencyKey),
  };
}

const NO_STRINGS: readonly string[] = Object.freeze([]);
const NO_METADATA: JsonObject = Object.freeze({});
const METADATA = { name: 'metadata', maxBytes: LIMITS.metadataBytes };

const ID = /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

function taskId(id: unknown, name = 'id'): string {
  if (typeof id === 'string' && ID.test(id)) return id;
  throw new TaskMonitorError(
    'INVALID_INPUT',
    `Expected \`${name}\` to be up to ${LIMITS.idCharacters} letters, digits and . _ : - with at least one digit, beginning with a letter or digit; got ${show(id)}.`,
    { details: { field: name } },
  );
}

function shortText(name: string, value: unknown, maxCharacters: number): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw invalid(name, 'a string', value);
  if (value.length > maxCharacters) {
    throw invalid(name, `at most ${maxCharacters} characters long`, `${value.length} characters`);
  }
  return storableText(value);
}

/** What a part of the work counts beside others. */
export function weightOf(name: string, weight: unknown): number {
  if (weight === undefined) return 1;
  if (typeof weight === 'number' && weight >= 0 && weight <= MAX_WEIGHT) return weight;
  throw invalid(name, 'a number from 0 to 10^9', weight);
}

/** Enough for bytes of a file, and sums of them stay exact. */
const MAX_WEIGHT = 1e9;

/** @throws {@link TaskMonitorError} INVALID_INPUT */
export function stepName(name: unknown, redactor: Redactor): string {
  if (name === '') throw invalid('step', 'at least one character long', name);
  const text = cleanText('step', name, LIMITS.nameCharacters, redactor);
  if (text === null) throw invalid('step', 'a string', name);
  return text;
}

/** A short text without secrets: what takes their place may be longer. */
function cleanText(
  name: string,
  value: unknown,
  maxCharacters: number,
  redactor: Redactor,
): string | null {
  const given = shortText(name, value, maxCharacters);
  if (given === null) return null;
  const clean = redactor.text(given, name);
  return clean.length > maxCharacters ? storableText(clean.slice(0, maxCharacters)) : clean;
}

/** The filter that finds what was stored of the texts that it names: without secrets, and without what cannot be kept. */
export function storedFilter(filter: TaskFilter, redactor: Redactor): TaskFilter {
  const { type, tag, parentId } = filter;
  return {
    ...filter,
    ...(type !== undefined && { type: storedText('type', type, LIMITS.typeCharacters, redactor) }),
    ...(tag !== undefined && { tag: storedText('tags', tag, LIMITS.tagCharacters, redactor) }),
    ...(parentId !== undefined && { parentId: storableText(parentId) }),
  };
}

/** What is longer than allowed was never stored, so it is left as it is, and finds nothing. */
function storedText(name: string, text: string, maxCharacters: number, redactor: Redactor): string {
  if (text.length > maxCharacters) return storableText(text);
  return cleanText(name, text, maxCharacters, redactor) as string;
}

function keyOf(key: unknown): string | null {
  // Whoever passes on a key that is not there must not get the task of another one who did.
  if (key === '') throw invalid('idempotencyKey', 'at least one character long', key);
  return shortText('idempotencyKey', key, LIMITS.idempotencyKeyCharacters);
}

function commandOf(command: unknown, redactor: Redactor): readonly string[] {
  const strings = stringsOf('command', command, LIMITS.commandBytes);
  redactCommand(strings, redactor);
  // Never less than the real size, which is worth finding out only near the limit.
  let bound = 2;
  for (let index = 0; index < strings.length; index++)
    bound += (strings[index] as string).length * 6 + 3;
  if (bound > LIMITS.commandBytes)
    toJson(strings, { name: 'command', maxBytes: LIMITS.commandBytes });
  return Object.freeze(strings);
}

function tagsOf(tags: unknown, redactor: Redactor): readonly string[] {
  const strings = stringsOf('tags', tags, LIMITS.tags);
  const clean = strings.map(
    (tag) => cleanText('tags', tag, LIMITS.tagCharacters, redactor) as string,
  );
  return Object.freeze([...new Set(clean)]);
}

function stringsOf(name: string, value: unknown, maxItems: number): string[] {
  if (Array.isArray(value) && value.length > maxItems)
    throw invalid(name, `at most ${maxItems} long`, `${value.length} items`);
  if (!Array.isArray(value)) throw invalid(name, 'an array of strings', value);
  const copy = new Array<string>(value.length);
  for (let index = 0; index < copy.length; index++) {
    const item: unknown = value[index];
    if (typeof item !== 'string') throw invalid(name, 'an array of strings', value);
    copy[index] = storableText(item);
  }
  return copy;
}

/** A message, a percentage from 0 to 100, or any part of a {@link ProgressUpdate}. */
export type ProgressInput = string | number | ProgressUpdate;

/** @throws {@link TaskMonitorError} INVALID_INPUT: nothing is rounded or clamped in silence. */
export function progressUpdate(input: ProgressInput, redactor: Redactor): ProgressUpdate {
  if (typeof input === 'string') return { message: message(input, 'progress', redactor) };
  if (typeof input === 'number') return { percent: percentage(input) };
  checkOptions('progress', input, PROGRESS_FIELDS);
  const update: { -readonly [K in keyof ProgressUpdate]: ProgressUpdate[K] } = {};
  if (input.message !== undefined) {
    if (input.message !== null && typeof input.message !== 'string')
      throw invalid('message', 'a string', input.message);
    update.message = input.message === null ? null : message(input.message, 'progress', redactor);
  }
  if (input.current !== undefined) update.current = amount('current', input.current);
  if (input.total !== undefined) update.total = amount('total', input.total);
  if (input.unit !== undefined)
    update.unit = cleanText('unit', input.unit, LIMITS.typeCharacters, redactor);
  if (input.percent !== undefined)
    update.percent = input.percent === null ? null : percentage(input.percent);
  const { current, total } = update;
  if (typeof current === 'number' && typeof total === 'number' && current > total) {
    throw invalid(
      'current',
      `at most \`total\` (${total}); raise \`total\` or leave it out`,
      current,
    );
  }
  return update;
}

const PROGRESS_FIELDS = { message: null, current: null, total: null, unit: null, percent: null };

function message(text: string, field: string, redactor: Redactor): string {
  return redactor.bounded(text, LIMITS.messageBytes, field);
}

function amount(name: string, value: unknown): number | null {
  if (value === null) return null;
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
  throw invalid(name, 'a number from 0 to 2^53 − 1', value);
}

function percentage(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 100) return Math.round(value * 100) / 100;
  throw invalid('percent', 'a number from 0 to 100', value);
}

/** One line of a task's log. */
export type LogLine =
  | string
  | {
      readonly text: string;
      readonly stream?: OutputStream;
      /** Default: now. */ readonly at?: number;
    };

/** What a `Date` can tell. */
const MAX_INSTANT = 8.64e15;

const STREAMS: readonly unknown[] = ['stdout', 'stderr', 'log'];

/** `hide` hides what only the lines before it tell to be secret. */
export function outputLines(
  input: LogLine | readonly LogLine[],
  now: number,
  redactor: Redactor,
  hide: (stream: OutputStream, text: string) => string,
): readonly NewOutputLine[] {
  const lines = Array.isArray(input) ? [...(input as readonly LogLine[])] : [input as LogLine];
  const clean = (stream: OutputStream, text: string): string =>
    redactor.bounded(hide(stream, text), OUTPUT_LIMITS.bytes, 'output');
  return lines.map((line) => {
    if (typeof line === 'string') return { stream: 'log', text: clean('log', line), at: now };
    const { text, stream = 'log', at = now } = line ?? {};
    if (typeof text !== 'string') throw invalid('line', 'a string, or an object with `text`', line);
    if (!STREAMS.includes(stream)) throw invalid('stream', '"stdout", "stderr" or "log"', stream);
    if (typeof at !== 'number' || !(Math.abs(at) <= MAX_INSTANT))
      throw invalid('at', 'epoch milliseconds', at);
    return { stream, text: clean(stream, text), at };
  });
}

export function optionalMessage(name: string, value: unknown, redactor: Redactor): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw invalid(name, 'a string', value);
  return message(value, name, redactor);
}

function invalid(name: string, expected: string, value: unknown): TaskMonitorError {
  const got =
    typeof value === 'string' && /^\d+ (characters|items)$/.test(value) ? value : show(value);
  return new TaskMonitorError(
    'INVALID_INPUT',
    `Expected \`${name}\` to be ${expected}; got ${got}.`,
    {
      details: { field: name },
    },
  );
}

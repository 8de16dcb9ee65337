import { cutText, LIMITS, type ProgressUpdate } from '@task-monitor/core';
import { ownText } from '../own-text.js';
import { plainText } from '../plain-text.js';
import { isInRange, type LineParser } from './line-parser.js';

/** JSON, one object a line. */
export const jsonParser: LineParser = {
  mayRead: (line) => line.startsWith('{') || (line.charCodeAt(0) <= 0x20 && line.includes('{')),

  read({ text }) {
    const value = objectOf(text);
    const update = value && progressOf(value);
    if (!update) return null;
    // A line of a log may say more: what went wrong, for one.
    return saysMore(value) ? { update, kept: text, isReport: true } : { update, kept: null };
  },
};

/** The object that a line is, where it may be one of progress. */
function objectOf(line: string): Record<string, unknown> | null {
  const start = line.trimStart();
  if (!start.startsWith('{')) return null;
  if (!start.includes('"progress"') && !start.includes('"total"')) return null;
  try {
    const value: unknown = JSON.parse(start);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * The progress that an object reports, or `null` if it is an ordinary line.
 *
 * It has a `progress`: a number is the percentage done (0 to 100), a text is the message, an
 * object has any of `message`, `current`, `total`, `unit` and `percent`. Other members are ignored, so that a worker may
 * add some of its own. An object is progress itself if its `type` or `event` is `progress`, or if it has `current` and
 * `total` and nothing that progress has not. What is wrong in any part is an ordinary line: a child's output never fails
 * its task.
 */
function progressOf(value: Record<string, unknown>): ProgressUpdate | null {
  if (!Object.hasOwn(value, 'progress')) return isPlainProgress(value) ? toUpdate(value) : null;
  const { progress } = value;
  if (typeof progress === 'number') return toUpdate({ percent: progress });
  if (typeof progress === 'string') return toUpdate({ message: progress });
  return isObject(progress) ? toUpdate(progress) : null;
}

function saysMore(value: Record<string, unknown>): boolean {
  const own = ['progress', 'type', 'event'];
  return Object.keys(value).some((name) => !own.includes(name) && !Object.hasOwn(FIELDS, name));
}

/** Stricter than for a `progress`: much that is logged as JSON has a `message`, and some has a `total`. */
function isPlainProgress(value: Record<string, unknown>): boolean {
  const kind = value['type'] ?? value['event'];
  const has = (name: string) => typeof value[name] === 'number';
  if (kind === 'progress') return has('percent') || has('current');
  const names = Object.keys(value);
  return has('current') && has('total') && names.every((name) => Object.hasOwn(FIELDS, name));
}

/** The update that an object describes, or `null` if it is wrong in any part. */
export function toUpdate(given: Record<string, unknown>): ProgressUpdate | null {
  const update: Record<string, string | number | null> = {};
  for (const [name, read] of Object.entries(FIELDS)) {
    if (!Object.hasOwn(given, name)) continue;
    const value = given[name] === null ? null : read(given[name]);
    if (value === undefined) return null;
    update[name] = value;
  }
  if (Object.keys(update).length === 0) return null;
  return isInRange(update) ? update : null;
}

/** Each member of a progress object: its value as it is kept, or `undefined` if it cannot be. */
const FIELDS = {
  message: (value) => text(value, LIMITS.messageBytes),
  current: (value) => numberTo(Number.MAX_SAFE_INTEGER, value),
  total: (value) => numberTo(Number.MAX_SAFE_INTEGER, value),
  unit: (value) => text(value, LIMITS.typeCharacters),
  percent: (value) => numberTo(100, value),
} satisfies Record<keyof ProgressUpdate, (value: unknown) => string | number | undefined>;

function numberTo(max: number, value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= max ? value : undefined;
}

function text(value: unknown, maxBytes: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const plain = plainText(value);
  return plain.trim() === '' ? undefined : ownText(cutText(plain, maxBytes));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

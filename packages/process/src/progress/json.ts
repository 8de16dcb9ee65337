import { cutText, LIMITS, type ProgressUpdate } from '@task-monitor/core';
import { ownText } from '../own-text.js';
import { plainText } from '../plain-text.js';
import { isInRange, type LineParser } from './line-parser.js';

/** JSON, one object a line. */
export const jsonParser: LineParser = {
  mayRead: (line) => line.startsWith('{') || (line.charCodeAt(0) <= 0x20 && line.includes('{')),

  read({ text }) {
    const update = jsonProgress(text);
    return update === null ? null : { update, kept: null };
  },
};

/**
 * The progress that a line reports, or `null` if it is an ordinary line.
 *
 * Such a line is a JSON object with a `progress`: a number is the percentage done (0 to 100), a text is the message, an
 * object has any of `message`, `current`, `total`, `unit` and `percent`. Other members are ignored, so that a worker may
 * add some of its own. An object is progress itself if its `type` or `event` is `progress`, or if it has `current` and
 * `total` and nothing that progress has not. What is wrong in any part is an ordinary line: a child's output never fails
 * its task.
 */
export function jsonProgress(line: string): ProgressUpdate | null {
  const start = line.trimStart();
  if (!start.startsWith('{')) return null;
  if (!start.includes('"progress"') && !start.includes('"total"')) return null;
  let value: unknown;
  try {
    value = JSON.parse(start);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  if (!Object.hasOwn(value, 'progress')) return isPlainProgress(value) ? toUpdate(value) : null;
  const { progress } = value;
  if (typeof progress === 'number') return toUpdate({ percent: progress });
  if (typeof progress === 'string') return toUpdate({ message: progress });
  return isObject(progress) ? toUpdate(progress) : null;
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

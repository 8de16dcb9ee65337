import { cutText, LIMITS, type ProgressUpdate } from '@task-monitor/core';
import { ownText } from './own-text.js';
import { plainText } from './plain-text.js';

/**
 * The progress that a line of standard output reports, or `null` if it is an ordinary line.
 *
 * Such a line is a JSON object with a `progress`: a number is the percentage done (0 to 100), a text is the message, an
 * object has any of `message`, `current`, `total`, `unit` and `percent`. Other members are ignored, so that a worker may
 * add some of its own. What is wrong in any part is an ordinary line: a child's output never fails its task.
 */
export function parseProgressLine(line: string): ProgressUpdate | null {
  const start = line.trimStart();
  if (!start.startsWith('{') || !start.includes('"progress"')) return null;
  let value: unknown;
  try {
    value = JSON.parse(start);
  } catch {
    return null;
  }
  if (!isObject(value) || !Object.hasOwn(value, 'progress')) return null;
  const { progress } = value;
  if (typeof progress === 'number') return toUpdate({ percent: progress });
  if (typeof progress === 'string') return toUpdate({ message: progress });
  return isObject(progress) ? toUpdate(progress) : null;
}

function toUpdate(given: Record<string, unknown>): ProgressUpdate | null {
  const update: Record<string, string | number | null> = {};
  for (const [name, read] of Object.entries(FIELDS)) {
    if (!Object.hasOwn(given, name)) continue;
    const value = given[name] === null ? null : read(given[name]);
    if (value === undefined) return null;
    update[name] = value;
  }
  if (Object.keys(update).length === 0) return null;
  const { current, total } = update as ProgressUpdate;
  return typeof current === 'number' && typeof total === 'number' && current > total
    ? null
    : update;
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

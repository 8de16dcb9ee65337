import { storableText } from '@task-monitor/core';

export interface Storable<T> {
  readonly value: T;
  /** Characters of all texts in it, and something for everything else. */
  readonly size: number;
}

/**
 * `value` with every text such as PostgreSQL can hold it, and how large it is. A monitor gives nothing else, so this is
 * `value` itself, unless somebody calls the store by hand.
 */
export function storable<T>(value: T): Storable<T> {
  const size = sizeOf(value);
  return size >= 0 ? { value, size } : { value: copyOf(value) as T, size: -size };
}

/** Negative if there is a text that has to be changed. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string')
    return storableText(value) === value ? value.length + 4 : -value.length - 4;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 4;
  let isFine = true;
  const isList = Array.isArray(value);
  // Nothing that is asked of a store inherits anything.
  for (const key in value) {
    const ofKey = isList ? 0 : sizeOf(key);
    const ofItem = sizeOf((value as Record<string, unknown>)[key]);
    if (ofKey < 0 || ofItem < 0) isFine = false;
    size += Math.abs(ofKey) + Math.abs(ofItem);
  }
  return isFine ? size : -size;
}

function copyOf(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(copyOf));
  const entries = Object.entries(value).map(([key, item]) => [storableText(key), copyOf(item)]);
  return Object.freeze(Object.fromEntries(entries));
}

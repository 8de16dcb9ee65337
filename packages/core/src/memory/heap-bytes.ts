import { type JsonValue, RECORD_KEYS } from '../json.js';

/*
 * What a value takes of the heap, estimated from how V8 lays it out on a 64-bit machine and compared with how the heap
 * really grows. What many tasks may share is charged to each of them: that is on the safe side, and always adds up.
 */

/** The string alone, without its place in what holds it. */
export function bytesOfText(text: string): number {
  const { length } = text;
  if (length > SHORT && WIDE.test(text)) return STRING + ((length * 2 + 7) & ~7);
  return STRING + ((length + 7) & ~7);
}

export function bytesOfTexts(texts: readonly string[]): number {
  if (texts.length === 0) return 0;
  let bytes = ARRAY + SLOT * texts.length;
  for (let index = 0; index < texts.length; index++) bytes += bytesOfText(texts[index] as string);
  return bytes;
}

/** `value` must not be nested so deeply that it breaks a recursion, as no data of a task is. */
export function bytesOfJson(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return bytesOfText(value);
    case 'number':
      return (value | 0) === value ? 0 : NUMBER;
    case 'object':
      if (value === null) return 0;
      return Array.isArray(value) ? bytesOfItems(value as JsonValue[]) : bytesOfProperties(value);
    default:
      return 0;
  }
}

/** An object whose keys all tasks have alike, as those that this library makes. */
export function bytesOfRecord(record: object | null): number {
  if (record === null) return 0;
  let bytes = OBJECT;
  for (const key in record) bytes += SLOT + bytesOfJson((record as Record<string, unknown>)[key]);
  return bytes;
}

function bytesOfItems(items: readonly JsonValue[]): number {
  let bytes = ARRAY + SLOT * items.length;
  for (let index = 0; index < items.length; index++) bytes += bytesOfJson(items[index]);
  return bytes;
}

function bytesOfProperties(object: object): number {
  let bytes = OBJECT;
  let keys = 0;
  for (const key in object) {
    keys++;
    bytes += KEY + key.length + bytesOfJson((object as Record<string, unknown>)[key]);
  }
  return bytes + (keys > RECORD_KEYS ? HASHED_SLOT * keys : SLOT * Math.max(keys, ROOM));
}

/** V8 holds a string with a wider character in two bytes a character, and knows without looking that others have none. */
const WIDE = /[^\0-\xff]/;

export const SLOT = 8;
export const NUMBER = 16;
export const OBJECT = 24;
export const ARRAY = 48;
/** Too short for it to matter how wide a character is. */
const SHORT = 32;
const STRING = 16;
/** A new object has room for so many properties. */
const ROOM = 4;
/**
 * A key beside its characters. Objects with the same keys in the same order share them and take less; one with keys that
 * no other has takes up to 130 bytes a key more.
 */
const KEY = 8;
/** A place in a hash table, which has room to spare. */
const HASHED_SLOT = 56;

/** https://www.postgresql.org/docs/current/catalog-pg-type.html: these numbers never change. */
const TYPES = { text: 25, json: 114 };

type Maybe<T> = T | null | undefined;

/**
 * An array for a parameter, in the server's own form: as text every quotation mark in it would be escaped, and read again. `null`
 * where there is nothing in it.
 */
export function textArray(
  type: keyof typeof TYPES,
  texts: readonly Maybe<string>[],
): Buffer | null {
  let bytes = 20;
  let isEmpty = true;
  for (const text of texts) {
    bytes += 4;
    if (text === null || text === undefined) continue;
    isEmpty = false;
    bytes += Buffer.byteLength(text);
  }
  if (isEmpty) return null;
  const array = Buffer.allocUnsafe(bytes);
  // One dimension, in which there may be nulls.
  array.writeInt32BE(1, 0);
  array.writeInt32BE(1, 4);
  array.writeInt32BE(TYPES[type], 8);
  array.writeInt32BE(texts.length, 12);
  array.writeInt32BE(1, 16);
  let at = 20;
  for (const text of texts) {
    const isNull = text === null || text === undefined;
    const length = isNull ? -1 : array.write(text, at + 4);
    array.writeInt32BE(length, at);
    at += 4 + Math.max(0, length);
  }
  return array;
}

/** An array of numbers or truths for a parameter, as text; `null` where there is nothing in it. */
export function plainArray(values: readonly Maybe<number | boolean>[]): string | null {
  let text = '';
  let isEmpty = true;
  for (const value of values) {
    const isNull = value === null || value === undefined;
    if (!isNull) isEmpty = false;
    text += isNull ? ',NULL' : `,${value}`;
  }
  return isEmpty ? null : `{${text.slice(1)}}`;
}

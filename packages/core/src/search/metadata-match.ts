import type { JsonObject, JsonPrimitive, JsonValue } from '../json.js';
import { compare, comparisonOf } from './comparison.js';
import { fold } from './fold.js';
import { searchError, shown } from './search-error.js';
import type { SearchValue } from './search-syntax.js';

/**
 * Whether a value at `path` is one of `values`: a text but for its case, a number or boolean as it is written. `>5` is any
 * greater number. Where a list is on the way or at its end, any of its items will do.
 *
 * @throws {@link TaskMonitorError} INVALID_INPUT
 */
export function metadataTest(
  path: readonly string[],
  values: readonly SearchValue[],
): (metadata: JsonObject) => boolean {
  const texts = new Set<string>();
  const numbers: ((value: number) => boolean)[] = [];
  for (const value of values) {
    const { operator, operand } = comparisonOf(value);
    if (operator === null) {
      texts.add(fold(value.text));
      continue;
    }
    if (!NUMBER.test(operand)) throw noNumber(path, value);
    const bound = Number(operand);
    numbers.push((number) => compare(operator, number, bound));
  }
  const accepts = (value: JsonPrimitive): boolean =>
    typeof value === 'string'
      ? texts.has(fold(value))
      : texts.has(String(value)) ||
        (typeof value === 'number' && numbers.some((test) => test(value)));
  return (metadata) => anyAt(metadata, path, 0, accepts);
}

function noNumber(path: readonly string[], { text, at }: SearchValue): Error {
  return searchError(
    at,
    `${shown(text)} is no number to compare \`meta.${path.join('.')}\` with`,
    'Write >100, >=100, <100 or <=100, or the text in quotes to find just that.',
  );
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;

function anyAt(
  value: JsonValue,
  path: readonly string[],
  depth: number,
  accepts: (value: JsonPrimitive) => boolean,
): boolean {
  if (isList(value)) return value.some((item) => anyAt(item, path, depth, accepts));
  if (depth === path.length) return (typeof value !== 'object' || value === null) && accepts(value);
  const key = path[depth] as string;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
  return anyAt(value[key] as JsonValue, path, depth + 1, accepts);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

import { types } from 'node:util';
import { TaskMonitorError } from './errors.js';
import { show } from './options.js';
import { CENSOR } from './redact/censor.js';
import type { Redactor } from './redact/redactor.js';
import { SECRECY, type Secrecy } from './redact/secret-keys.js';
import { storableText } from './text.js';

export type JsonPrimitive = string | number | boolean | null;
export type JsonValue = JsonPrimitive | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Deeper nesting is refused: no reader of task data needs it, and a recursive reader must not be broken by it. */
const MAX_JSON_DEPTH = 100;

export interface JsonLimits {
  /** What the value is called in messages: `metadata`, `result`. */
  readonly name: string;
  /** Bytes of the value as UTF-8 JSON. */
  readonly maxBytes: number;
}

/**
 * Returns a deeply frozen JSON copy of `value`, so that nothing the caller does to the original later is seen.
 *
 * What JSON has no word for becomes its nearest word: `Date` and everything with `toJSON` as `JSON.stringify` writes
 * them, `bigint` a decimal string, `NaN` and infinities `null`, `-0` zero, `Map` an object, `Set` an array; `undefined`,
 * functions and symbols are left out (in arrays `null`). NUL and unpaired surrogates in strings become U+FFFD, because
 * not every database can hold them. With a `redactor` the copy is without secrets.
 *
 * @throws {@link TaskMonitorError} INVALID_INPUT naming the place: a cycle, nesting deeper than
 * {@link MAX_JSON_DEPTH}, binary data, a getter or proxy that throws, more than `maxBytes`.
 */
export function toJson(value: unknown, limits: JsonLimits, redactor?: Redactor): JsonValue {
  const copy = new JsonCopy(limits, redactor);
  const result = copy.of(value) ?? null;
  copy.checkBytes(result);
  return result;
}

/** As {@link toJson}, for what must be an object at the top: metadata. */
export function toJsonObject(value: unknown, limits: JsonLimits, redactor?: Redactor): JsonObject {
  const result = toJson(value, limits, redactor);
  if (result === null || typeof result !== 'object' || Array.isArray(result)) {
    throw new TaskMonitorError(
      'INVALID_INPUT',
      `Expected \`${limits.name}\` to be an object, got ${show(result === null && typeof value !== 'object' ? value : result)}.`,
    );
  }
  return result as JsonObject;
}

class JsonCopy {
  readonly #limits: JsonLimits;
  /** `null`: nothing is secret. */
  readonly #redactor: Redactor | null;
  /** Whether there are places of which everything is hidden. */
  readonly #hasPaths: boolean;
  /** Of the value being copied, by the keys above it. */
  #secrecy: Secrecy = SECRECY.none;
  /** Of a text in a list, the text before it, which may be the name of a header. */
  #listedAfter: string | null = null;
  /** How many keys of an object became the same when their secrets were taken out; of few objects any did. */
  #sameKeys: Map<object, number> | null = null;
  /** Objects on the way from the root to the place being copied: meeting one again is a cycle. */
  readonly #path: object[] = [];
  /** The keys on that way; written out only for a message. */
  readonly #keys: (string | number)[] = [];
  /** Never less than the real size, and far cheaper than writing the JSON out. */
  #sizeBound = 0;

  constructor(limits: JsonLimits, redactor: Redactor | undefined) {
    this.#limits = limits;
    this.#redactor = redactor === undefined || redactor.isOff ? null : redactor;
    this.#hasPaths = this.#redactor?.paths.isEmpty === false;
  }

  of(value: unknown): JsonValue | undefined {
    switch (typeof value) {
      case 'string':
        // No character takes less than a byte: writing out a hundred megabytes to count them would stop everything else.
        if (value.length > this.#limits.maxBytes)
          throw this.#refusal(`is over the limit of ${this.#limits.maxBytes} bytes`);
        return this.#string(
          this.#redactor === null ? value : this.#redacted(value, this.#redactor),
        );
      case 'number':
        this.#sizeBound += 25;
        return Number.isFinite(value) ? value + 0 : null;
      case 'boolean':
        this.#sizeBound += 5;
        return value;
      case 'bigint':
        // Writing out millions of digits takes seconds; this many bits are more digits than there may be bytes.
        if (BigInt.asIntN(this.#limits.maxBytes * 4, value) !== value)
          throw this.#refusal(`is over the limit of ${this.#limits.maxBytes} bytes`);
        return this.#string(value.toString());
      case 'object':
        this.#sizeBound += 4;
        return value === null ? null : this.#object(value);
      default:
        return undefined;
    }
  }

  checkBytes(result: JsonValue): void {
    const { maxBytes, name } = this.#limits;
    if (this.#sizeBound <= maxBytes) return;
    const bytes = Buffer.byteLength(JSON.stringify(result));
    if (bytes > maxBytes) {
      throw new TaskMonitorError(
        'INVALID_INPUT',
        `\`${name}\` has ${bytes} bytes as JSON, the limit is ${maxBytes}: store a reference to large data instead.`,
        { details: { bytes, maxBytes } },
      );
    }
  }

  #redacted(value: string, redactor: Redactor): string {
    return this.#listedAfter === null
      ? redactor.value(value, this.#secrecy, this.#limits.name)
      : redactor.listed(this.#listedAfter, value, this.#secrecy, this.#limits.name);
  }

  #string(value: string): string {
    this.#sizeBound += value.length * 6 + 2;
    return storableText(value);
  }

  #object(value: object): JsonValue | undefined {
    if (this.#path.length >= MAX_JSON_DEPTH)
      throw this.#refusal(`is nested deeper than ${MAX_JSON_DEPTH} levels`);
    if (this.#path.includes(value)) throw this.#refusal('contains itself');
    this.#path.push(value);
    let copy: JsonValue | undefined;
    try {
      copy = this.#contents(value);
    } catch (error) {
      if (error instanceof TaskMonitorError) throw error;
      throw this.#refusal('could not be read', error);
    }
    this.#path.pop();
    return copy;
  }

  #contents(value: object): JsonValue | undefined {
    if (Array.isArray(value)) return this.#items(value);
    // By far the most common, and known without asking for everything that it is not.
    if (Object.getPrototypeOf(value) === Object.prototype && !('toJSON' in value))
      return this.#properties(value as Record<string, unknown>);
    if (isBinary(value))
      throw this.#refusal('is binary data: store a reference, or encode it as text');
    if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
      const json = (value as { toJSON(key: string): unknown }).toJSON(
        String(this.#keys.at(-1) ?? ''),
      );
      return json === value ? this.#properties(value as Record<string, unknown>) : this.of(json);
    }
    if (value instanceof Map) return this.#entries(value);
    if (value instanceof Set) return this.#members(value);
    if (value instanceof Number || value instanceof String || value instanceof Boolean)
      return this.of(value.valueOf());
    return this.#properties(value as Record<string, unknown>);
  }

  #items(items: readonly unknown[]): JsonValue {
    // Room for the items and no more, which an array that grows would keep; but not for what a sparse one only claims.
    const copy = new Array<JsonValue>(Math.min(items.length, 1_000));
    let previous: unknown;
    for (let index = 0; index < items.length; index++) {
      const item: unknown = items[index];
      this.#listedAfter =
        typeof item === 'string' && typeof previous === 'string' && items.length <= LISTED_TEXTS
          ? previous
          : null;
      copy[index] = this.#at(index, item) ?? null;
      previous = item;
    }
    this.#listedAfter = null;
    return Object.freeze(copy);
  }

  /** One by one: a set of a class of its own may never end. */
  #members(set: ReadonlySet<unknown>): JsonValue {
    const copy: JsonValue[] = [];
    for (const item of set) copy.push(this.#at(copy.length, item) ?? null);
    return Object.freeze(copy);
  }

  #properties(value: Record<string, unknown>): JsonObject {
    const keys = Object.keys(value);
    const copy = emptyFor(keys.length);
    for (const key of keys)
      this.#put(copy, key, value[key], isValueKey(key) ? this.#secrecyOfNamed(value) : undefined);
    return finished(copy);
  }

  #secrecyOfNamed(record: Record<string, unknown>): Secrecy {
    return this.#redactor === null ? SECRECY.none : this.#redactor.secrecyOfNamed(record);
  }

  #entries(entries: ReadonlyMap<unknown, unknown>): JsonObject {
    const copy = emptyFor(entries.size);
    for (const [key, item] of entries) this.#put(copy, String(key), item);
    return finished(copy);
  }

  #put(
    copy: Record<string, JsonValue>,
    rawKey: string,
    item: unknown,
    named: Secrecy = SECRECY.none,
  ): void {
    if (rawKey.length > this.#limits.maxBytes)
      throw this.#refusal(`has a key that is over the limit of ${this.#limits.maxBytes} bytes`);
    if (this.#redactor === null) {
      this.#set(copy, rawKey, this.#at(rawKey, item));
      return;
    }
    const { secrecy, shown } = this.#redactor.key(rawKey, this.#limits.name);
    const outer = this.#secrecy;
    const own = secrecy > named ? secrecy : named;
    if (own > outer) this.#secrecy = own;
    const value = this.#at(rawKey, item);
    this.#set(copy, shown === rawKey ? shown : this.#freeKey(copy, shown), value);
    this.#secrecy = outer;
  }

  /** Two secrets as keys must not become one, of which the second hides the first: `[Redacted]`, `[Redacted] 2`. */
  #freeKey(copy: Record<string, JsonValue>, shown: string): string {
    if (!Object.hasOwn(copy, shown)) return shown;
    this.#sameKeys ??= new Map();
    let count = this.#sameKeys.get(copy) ?? 1;
    do count++;
    while (Object.hasOwn(copy, `${shown} ${count}`));
    this.#sameKeys.set(copy, count);
    return `${shown} ${count}`;
  }

  #set(copy: Record<string, JsonValue>, rawKey: string, value: JsonValue | undefined): void {
    const key = this.#string(rawKey);
    if (value === undefined) return;
    if (key === '__proto__') {
      // A plain assignment would set the prototype instead of storing the caller's data.
      Object.defineProperty(copy, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else {
      copy[key] = value;
    }
  }

  #at(key: string | number, item: unknown): JsonValue | undefined {
    this.#sizeBound += 5;
    this.#keys.push(key);
    // Input may be so large that even the tightest encoding of what was seen is over the limit: it is not read to its end.
    if (this.#sizeBound > this.#limits.maxBytes * 25 + 1_000_000) {
      throw this.#refusal(`is far over the limit of ${this.#limits.maxBytes} bytes`);
    }
    const value =
      this.#hasPaths && this.#redactor?.paths.has(this.#limits.name, this.#keys) === true
        ? this.#string(CENSOR)
        : this.of(item);
    this.#keys.pop();
    return value;
  }

  /** *`metadata.videos[3]` contains itself.* */
  #refusal(why: string, cause?: unknown): TaskMonitorError {
    const keys = this.#keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`));
    const place = this.#limits.name + keys.join('');
    const shown = place.length > 200 ? `${place.slice(0, 200)}…` : place;
    return new TaskMonitorError('INVALID_INPUT', `\`${shown}\` ${why}.`, {
      details: { path: shown },
      cause,
    });
  }
}

/** No request has so many headers; a longer list is data, and each look at its texts costs. */
const LISTED_TEXTS = 200;

function isValueKey(key: string): boolean {
  return key === 'value' || key === 'Value';
}

/** Keys beyond which an object is a table of data rather than a record that many tasks have alike. */
export const RECORD_KEYS = 32;

/**
 * Without a prototype, V8 begins with a hash table. Otherwise it may make a hidden class for every key, of 160 bytes and
 * more, for an object whose keys no other one has.
 */
function emptyFor(keys: number): Record<string, JsonValue> {
  return keys > RECORD_KEYS ? (Object.create(null) as Record<string, JsonValue>) : {};
}

function finished(copy: Record<string, JsonValue>): JsonObject {
  if (Object.getPrototypeOf(copy) === null) Object.setPrototypeOf(copy, Object.prototype);
  return Object.freeze(copy);
}

function isBinary(value: object): boolean {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);
}

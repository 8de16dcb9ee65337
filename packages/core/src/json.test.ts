import fc from 'fast-check';
import { TaskMonitorError } from './errors.js';
import { toJson as copyOf, toJsonObject, type JsonValue } from './json.js';

const MAX_BYTES = 65_536;
const toJson = (value: unknown): JsonValue =>
  copyOf(value, { name: 'metadata', maxBytes: MAX_BYTES });

/** The message of the error that reading `value` ends with. */
function refusal(value: unknown): string {
  try {
    toJson(value);
  } catch (error) {
    expect(error).toBeInstanceOf(TaskMonitorError);
    expect((error as TaskMonitorError).code).toBe('INVALID_INPUT');
    return (error as TaskMonitorError).message;
  }
  throw new Error('Expected the value to be refused.');
}

function nested(levels: number): unknown {
  let value: unknown = 'core';
  for (let level = 0; level < levels; level++) value = { inner: value };
  return value;
}

function isFrozenThroughout(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozenThroughout);
}

describe('toJson', () => {
  it('keeps what is JSON already', () => {
    const value = {
      text: 'Grüße 🎬',
      yes: true,
      no: false,
      none: null,
      n: -1.5e-7,
      list: [1, [2], {}],
    };
    expect(toJson(value)).toEqual(value);
  });

  it('gives what JSON has no word for its nearest word', () => {
    class Video {
      id = 'v1';
      #secret = 1;
      get seconds(): number {
        return this.#secret;
      }
    }
    expect(
      toJson({
        date: new Date(Date.UTC(2026, 0, 2)),
        noDate: new Date(NaN),
        url: new URL('https://example.org/a'),
        big: 12345678901234567890n,
        notANumber: NaN,
        endless: -Infinity,
        minusZero: -0,
        map: new Map<unknown, unknown>([
          ['a', 1],
          [2, new Map([['b', 3]])],
        ]),
        set: new Set([1, 'two']),
        boxed: [new Number(1), new String('two'), new Boolean(false)],
        video: new Video(),
        bare: Object.assign(Object.create(null), { a: 1 }),
        absent: undefined,
        call: () => 1,
        symbol: Symbol('s'),
        [Symbol('key')]: 1,
        list: [undefined, () => 1, Symbol('s')],
      }),
    ).toEqual({
      date: '2026-01-02T00:00:00.000Z',
      noDate: null,
      url: 'https://example.org/a',
      big: '12345678901234567890',
      notANumber: null,
      endless: null,
      minusZero: 0,
      map: { a: 1, 2: { b: 3 } },
      set: [1, 'two'],
      boxed: [1, 'two', false],
      video: { id: 'v1' },
      bare: { a: 1 },
      list: [null, null, null],
    });
    expect(Object.is((toJson([-0]) as number[])[0], 0)).toBe(true);
    expect(toJson(undefined)).toBeNull();
  });

  it('replaces NUL and unpaired surrogates, in keys too', () => {
    expect(toJson({ 'a\u0000': ['\ud800', '\udc00b'] })).toEqual({
      'a\ufffd': ['\ufffd', '\ufffdb'],
    });
  });

  it('keeps keys that mean something to JavaScript as data, and leaves every prototype alone', () => {
    const value = JSON.parse(
      '{"__proto__":{"admin":true},"constructor":{"prototype":1},"toString":2,"hasOwnProperty":3}',
    );
    const copy = toJson([value, new Map([['__proto__', 1]])]) as readonly Record<string, unknown>[];
    expect(JSON.stringify(copy[0])).toBe(JSON.stringify(value));
    expect(Object.keys(copy[1] ?? {})).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(copy[0])).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('is frozen all the way down, and does not see what happens to the original', () => {
    const original = { list: [{ a: 1 }], map: new Map([['k', ['v']]]) };
    const copy = toJson(original);
    expect(isFrozenThroughout(copy)).toBe(true);
    original.list[0] = { a: 2 };
    original.list.push({ a: 3 });
    original.map.clear();
    expect(copy).toEqual({ list: [{ a: 1 }], map: { k: ['v'] } });
  });

  it('copies an object that is there twice, and refuses one that contains itself', () => {
    const shared = { a: 1 };
    expect(toJson([shared, shared])).toEqual([{ a: 1 }, { a: 1 }]);
    const cycle: Record<string, unknown> = { list: [] };
    (cycle['list'] as unknown[]).push({ up: cycle });
    expect(refusal(cycle)).toBe('`metadata.list[0].up` contains itself.');
    const map = new Map<string, unknown>();
    map.set('me', map);
    expect(refusal({ map })).toBe('`metadata.map.me` contains itself.');
  });

  it('takes 100 levels of nesting and refuses the next, however many there are', () => {
    expect(toJson(nested(100))).toEqual(nested(100));
    expect(refusal(nested(101))).toMatch(
      /^`metadata(\.inner)+…` is nested deeper than 100 levels\.$/,
    );
    expect(refusal(nested(100_000))).toMatch(/is nested deeper than 100 levels\.$/);
    expect(refusal(JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`))).toMatch(
      /nested deeper/,
    );
  });

  it('asks toJSON once, with the key, as JSON.stringify does', () => {
    class Segment {
      constructor(readonly text: string) {}
      toJSON(key: string): unknown {
        return `${key}: ${this.text}`;
      }
    }
    expect(toJson({ first: new Segment('a'), list: [new Segment('b')] })).toEqual({
      first: 'first: a',
      list: ['0: b'],
    });
    const itself = {
      a: 1,
      toJSON(): unknown {
        return this;
      },
    };
    expect(toJson({ itself })).toEqual({ itself: { a: 1 } });
    const endless = (): unknown => ({ toJSON: endless });
    expect(refusal(endless())).toBe('`metadata` is nested deeper than 100 levels.');
    expect(toJson({ gone: { toJSON: () => undefined } })).toEqual({});
  });

  it('names the place that could not be read, and keeps the cause', () => {
    const boom = new Error('boom');
    const throws = {
      get b(): never {
        throw boom;
      },
    };
    expect(refusal({ a: [throws] })).toBe('`metadata.a[0]` could not be read.');
    expect(() => toJson(throws)).toThrow(expect.objectContaining({ cause: boom }));
    expect(
      refusal({
        a: {
          toJSON(): never {
            throw boom;
          },
        },
      }),
    ).toBe('`metadata.a` could not be read.');
    expect(refusal({ a: new Map([[{ toString: () => ({}) }, 1]]) })).toBe(
      '`metadata.a` could not be read.',
    );
  });

  it('refuses a proxy whose traps throw, and reads any other', () => {
    for (const trap of ['ownKeys', 'get', 'getOwnPropertyDescriptor', 'getPrototypeOf'] as const) {
      const proxy = new Proxy(
        { a: 1 },
        {
          [trap]: () => {
            throw new Error(trap);
          },
        },
      );
      expect(refusal({ proxy })).toMatch(/^`metadata\.proxy(\.a)?` could not be read\.$/);
    }
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(refusal([proxy])).toBe('`metadata[0]` could not be read.');
    expect(toJson(new Proxy({ a: [1] }, {}))).toEqual({ a: [1] });
  });

  it('refuses binary data', () => {
    const expected = '`metadata.data` is binary data: store a reference, or encode it as text.';
    const buffer = Buffer.from('abc');
    for (const data of [
      buffer,
      buffer.buffer,
      new Float64Array(1),
      new DataView(new ArrayBuffer(1)),
    ]) {
      expect(refusal({ data })).toBe(expected);
    }
    expect(refusal({ data: new SharedArrayBuffer(1) })).toBe(expected);
  });

  it('takes exactly 65,536 bytes of UTF-8 JSON', () => {
    const overhead = '{"a":""}'.length;
    expect(() => toJson({ a: 'x'.repeat(MAX_BYTES - overhead) })).not.toThrow();
    expect(refusal({ a: 'x'.repeat(MAX_BYTES - overhead + 1) })).toBe(
      '`metadata` has 65537 bytes as JSON, the limit is 65536: store a reference to large data instead.',
    );
    const twoBytes = (MAX_BYTES - overhead) / 2;
    expect(() => toJson({ a: 'é'.repeat(twoBytes) })).not.toThrow();
    expect(refusal({ a: `${'é'.repeat(twoBytes)}x` })).toMatch(/^`metadata` has 65537 bytes/);
    // A line break is two bytes of JSON, a control character six, an emoji four.
    expect(() => toJson({ a: '\n'.repeat(twoBytes) })).not.toThrow();
    expect(refusal({ a: '\u0001'.repeat(10_922) })).toMatch(/^`metadata` has 65540 bytes/);
    expect(() => toJson({ a: '🎬'.repeat(twoBytes / 2) })).not.toThrow();
    expect(refusal({ a: `${'🎬'.repeat(twoBytes / 2)}x` })).toMatch(/^`metadata` has 65537 bytes/);
    expect(refusal({ ['k'.repeat(MAX_BYTES)]: 1 })).toMatch(/^`metadata` has 65542 bytes/);
  });

  it('counts numbers and lists to the byte', () => {
    // [0,0,…]: one byte for each number, one for each comma, two for the brackets.
    expect(() => toJson(new Array(32_767).fill(0))).not.toThrow();
    expect(refusal(new Array(32_768).fill(0))).toMatch(/^`metadata` has 65537 bytes/);
    expect(() => toJson(new Array(2_849).fill(-1.2345678901234e-100))).not.toThrow();
  });

  it('refuses what is far too large without reading it to its end', () => {
    const text = 'x'.repeat(10_000_000);
    const startedAt = performance.now();
    expect(refusal({ text })).toBe('`metadata.text` is over the limit of 65536 bytes.');
    expect(refusal({ [text]: 1 })).toBe(
      '`metadata` has a key that is over the limit of 65536 bytes.',
    );
    expect(refusal({ big: 2n ** 10_000_000n })).toBe(
      '`metadata.big` is over the limit of 65536 bytes.',
    );
    expect(refusal({ big: -(2n ** 10_000_000n) })).toMatch(/is over the limit of 65536 bytes\.$/);
    expect((toJson([10n ** 60_000n]) as string[])[0]).toHaveLength(60_001);
    const pages = new Array(10_000).fill('x'.repeat(60_000));
    expect(refusal({ pages })).toMatch(/^`metadata\.pages\[\d+\]` is far over the limit/);
    expect(refusal(new Array(4_000_000_000))).toMatch(/is far over the limit of 65536 bytes\.$/);
    const sparse: unknown[] = [];
    sparse[4_000_000_000] = 1;
    expect(refusal({ sparse })).toMatch(/^`metadata\.sparse\[\d+\]` is far over the limit/);
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]));
    expect(refusal(wide)).toMatch(/is far over the limit/);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('refuses collections that never end', () => {
    class Endless extends Set<number> {
      override *[Symbol.iterator](): Generator<number, undefined> {
        for (;;) yield 1;
      }
    }
    class EndlessMap extends Map<string, number> {
      override *[Symbol.iterator](): Generator<[string, number], undefined> {
        for (;;) yield ['same', 1];
      }
    }
    expect(refusal({ set: new Endless() })).toMatch(/is far over the limit/);
    expect(refusal({ map: new EndlessMap() })).toMatch(/is far over the limit/);
  });

  it('bounds the place that a message names', () => {
    const message = refusal({ ['k'.repeat(10_000)]: { cycle: new Uint8Array(1) } });
    expect(message).toMatch(/^`metadata\.k+…` is binary data/);
    expect(message.length).toBeLessThan(300);
  });

  it('gives anything at all a stable JSON form, or refuses it with INVALID_INPUT', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withUnicodeString: true,
      maxDepth: 5,
    });
    let kept = 0;
    fc.assert(
      fc.property(anything, (value) => {
        let copy: JsonValue;
        try {
          copy = toJson(value);
        } catch (error) {
          if (error instanceof TaskMonitorError && error.code === 'INVALID_INPUT') return;
          throw error;
        }
        kept++;
        const text = JSON.stringify(copy);
        if (JSON.stringify(JSON.parse(text)) !== text) throw new Error(`unstable: ${text}`);
        if (!text.isWellFormed()) throw new Error(`not well formed: ${text}`);
        if (!isFrozenThroughout(copy)) throw new Error(`not frozen: ${text}`);
        if (JSON.stringify(toJson(copy)) !== text) throw new Error(`not the same again: ${text}`);
      }),
      { numRuns: 10_000 },
    );
    expect(kept).toBeGreaterThan(5_000);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('copies JSON as it is, and accepts just what fits', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 60 }), (value, maxBytes) => {
        const text = JSON.stringify(value);
        const read = () => JSON.stringify(copyOf(value, { name: 'result', maxBytes }));
        if (Buffer.byteLength(text) > maxBytes) expect(read).toThrow(TaskMonitorError);
        else expect(read()).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('toJsonObject', () => {
  const limits = { name: 'metadata', maxBytes: MAX_BYTES };
  const messageFor = (value: unknown): string => {
    try {
      toJsonObject(value, limits);
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_INPUT' });
      return (error as Error).message;
    }
    throw new Error('Expected the value to be refused.');
  };

  it('takes what becomes an object', () => {
    expect(toJsonObject({ a: 1 }, limits)).toEqual({ a: 1 });
    expect(toJsonObject(new Map([['a', 1]]), limits)).toEqual({ a: 1 });
    expect(toJsonObject({ toJSON: () => ({ a: 1 }) }, limits)).toEqual({ a: 1 });
  });

  it('refuses anything else, saying what it got', () => {
    expect(messageFor(null)).toBe('Expected `metadata` to be an object, got null.');
    expect(messageFor([1])).toBe('Expected `metadata` to be an object, got an array.');
    expect(messageFor('text')).toBe('Expected `metadata` to be an object, got "text" (string).');
    expect(messageFor(5)).toBe('Expected `metadata` to be an object, got 5 (number).');
    expect(messageFor(new Set())).toBe('Expected `metadata` to be an object, got an array.');
    expect(messageFor(() => 1)).toBe('Expected `metadata` to be an object, got a function.');
    expect(messageFor(Symbol('s'))).toBe('Expected `metadata` to be an object, got a symbol.');
    expect(messageFor(new Date(NaN))).toBe('Expected `metadata` to be an object, got null.');
    expect(messageFor(Object.assign(Object.create(null), { toJSON: () => undefined }))).toBe(
      'Expected `metadata` to be an object, got null.',
    );
  });
});

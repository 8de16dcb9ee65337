import fc from 'fast-check';
import { isTaskMonitorError, type Task, TaskMonitor } from '../src/index.js';

/** More runs than CI has time for: `HOSTILE_RUNS=100000`. */
const RUNS = Number(process.env['HOSTILE_RUNS'] ?? 3_000);

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const propertiesOf = () => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length);

describe('whatever is given as data', () => {
  let monitor: TaskMonitor;
  const before = propertiesOf();
  beforeEach(() => {
    monitor = new TaskMonitor();
  });
  afterEach(async () => {
    await monitor.close();
    expect(propertiesOf()).toEqual(before);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('is kept as plain JSON or refused as INVALID_INPUT, and then leaves nothing behind', async () => {
    const seen = { kept: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(anyMetadata(), async (make) => {
        const given = { id: 'a1', idempotencyKey: 'key-1', metadata: make() as object };
        const task = await keptOrNull(() => monitor.register(given));
        if (task === null) {
          seen.refused++;
          expect(await monitor.count()).toBe(0);
          return;
        }
        seen.kept++;
        expectPlain(task.metadata);
        await monitor.start('a1');
        const result = make();
        const ended = await keptOrNull(() => monitor.complete('a1', { result }));
        expectPlain((ended ?? (await monitor.get('a1'))).result);
        if (ended === null) await monitor.complete('a1');
        await monitor.remove('a1');
      }),
      { numRuns: RUNS },
    );
    expect(seen.kept).toBeGreaterThan(RUNS / 10);
    expect(seen.refused).toBeGreaterThan(RUNS / 10);
  }, 3_600_000);

  it.each<[string, () => unknown]>([
    ['a list that claims 2^32 − 1 items', () => new Array<unknown>(2 ** 32 - 1)],
    ['a list that claims no end', () => lengthOf(Infinity)],
    [
      'a set that never ends',
      () => Object.assign(new Set(), { [Symbol.iterator]: () => ({ next: () => ({ value: 1 }) }) }),
    ],
    ['100,000 levels of objects', () => nested(100_000, (inner) => ({ inner }))],
    ['100,000 levels of lists', () => nested(100_000, (inner) => [inner])],
    ['100,000 levels of maps', () => nested(100_000, (inner) => new Map([['inner', inner]]))],
    ['an object that makes another one of each of its keys, for ever', endless],
    ['a text of 256 MB', () => 'x'.repeat(256 * 1024 * 1024)],
    ['a text of 256 MB as a key', () => ({ ['x'.repeat(256 * 1024 * 1024)]: 1 })],
    ['a bigint of three million digits', () => 2n ** 10_000_000n],
    ['a million keys', () => Object.fromEntries(Array.from({ length: 1e6 }, (_, k) => [k, k]))],
    ['a buffer', () => Buffer.alloc(10_000_000)],
  ])(
    'is refused within a moment: %s',
    async (_name, make) => {
      const value = make();
      const usage = process.cpuUsage();
      await expect(monitor.register({ metadata: { value } })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(/^.{1,400}$/),
      });
      const { user, system } = process.cpuUsage(usage);
      expect((user + system) / 1_000).toBeLessThan(1_000);
      expect(await monitor.count()).toBe(0);
    },
    60_000,
  );

  it('is a copy, which nothing that happens to the original reaches', async () => {
    const command = ['node', 'ingest.js'];
    const tags = ['nightly'];
    const metadata = { videos: ['v1'], nested: { deep: [{ a: 1 }] } };
    const task = await monitor.register({ id: 'a1', command, tags, metadata });
    await monitor.start('a1');
    const progress = { message: 'embedding', current: 1, total: 2 };
    await monitor.progress('a1', progress);
    const line = { text: 'line', at: 5 };
    await monitor.log('a1', [line]);
    const result = { segments: [{ n: 1 }] };
    const ended = await monitor.complete('a1', { result });
    spoil({ command, tags, metadata, progress, line, result });
    expect(task).toMatchObject({
      command: ['node', 'ingest.js'],
      tags: ['nightly'],
      metadata: { videos: ['v1'], nested: { deep: [{ a: 1 }] } },
    });
    expect(await monitor.get('a1')).toEqual(ended);
    expect(ended).toMatchObject({
      progress: { message: 'embedding', current: 1, total: 2 },
      result: { segments: [{ n: 1 }] },
    });
    expect((await monitor.output('a1')).lines).toMatchObject([{ text: 'line', at: 5 }]);
  });

  it('cannot be changed through anything that a monitor answers with', async () => {
    const watched: unknown[] = [];
    const controller = new AbortController();
    const watching = (async () => {
      for await (const event of monitor.watch({ signal: controller.signal })) watched.push(event);
    })();
    const metadata = { videos: ['v1'], nested: { deep: [{ a: 1 }] } };
    spoil(await monitor.register({ id: 'a1', metadata, tags: ['nightly'], command: ['node'] }));
    spoil(await monitor.start('a1'));
    spoil(await monitor.progress('a1', { message: 'embedding', current: 1, total: 2 }));
    spoil(await monitor.log('a1', 'line'));
    spoil(await monitor.fail('a1', new RangeError('too long')));
    const kept = JSON.stringify(await monitor.get('a1'));
    const output = JSON.stringify(await monitor.output('a1'));
    spoil(await monitor.get('a1'));
    spoil(await monitor.output('a1'));
    spoil(await monitor.list());
    spoil(await monitor.stats());
    spoil(await monitor.waitFor('a1'));
    await new Promise((resolve) => setImmediate(resolve));
    spoil(watched);
    expect(JSON.stringify(await monitor.get('a1'))).toBe(kept);
    expect(JSON.stringify(await monitor.output('a1'))).toBe(output);
    expect(JSON.parse(kept)).toMatchObject({
      metadata,
      tags: ['nightly'],
      progress: { message: 'embedding' },
      error: { message: 'too long' },
    });
    expect((await monitor.list()).total).toBe(1);
    expect(await monitor.stats()).toMatchObject({ totalTasks: 1, failedTasks: 1 });
    controller.abort();
    await watching;
  });

  describe.each(NAMES)('named %s', (name) => {
    it('is data as a key, tag, type, name and idempotency key', async () => {
      const metadata = JSON.parse(`{"${name}":{"${name}":{"admin":true}}}`) as object;
      const options = { type: name, name, tags: [name], idempotencyKey: name, command: [name] };
      const task = await monitor.register({ ...options, metadata });
      expect(JSON.stringify(task.metadata)).toBe(JSON.stringify(metadata));
      expect(Object.keys(task.metadata)).toEqual([name]);
      expect(Object.getPrototypeOf(task.metadata)).toBe(Object.prototype);
      expect(await monitor.register({ idempotencyKey: name })).toEqual(task);
      for (const filter of [{ type: name }, { tag: name }, { type: name, tag: name }]) {
        expect((await monitor.list(filter)).tasks).toEqual([task]);
        expect(await monitor.count(filter)).toBe(1);
        expect(await monitor.stats(filter)).toMatchObject({ totalTasks: 1 });
      }
      await monitor.start(task.id);
      await monitor.progress(task.id, { message: name, unit: name });
      await monitor.complete(task.id, { result: metadata });
      const ended: Task = await monitor.get(task.id);
      expect(JSON.stringify(ended.result)).toBe(JSON.stringify(metadata));
      expect(ended.progress).toMatchObject({ message: name, unit: name });
      await monitor.remove(task.id);
      expect((await monitor.list({ tag: name })).tasks).toEqual([]);
      expect(await monitor.count({ type: name })).toBe(0);
    });

    it('finds nothing that is not there', async () => {
      await monitor.register({ type: 'ingest', tags: ['nightly'] });
      for (const filter of [{ type: name }, { tag: name }, { parentId: name }]) {
        expect((await monitor.list(filter)).tasks).toEqual([]);
        expect(await monitor.count(filter)).toBe(0);
      }
      for (const read of ['get', 'output', 'cancel', 'start', 'remove'] as const) {
        await expect(monitor[read](name)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      }
      await expect(monitor.waitFor(name)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      expect(monitor.signal(name).aborted).toBe(false);
    });

    it('is no id, parent or option, but a part of an id and a parent it may be', async () => {
      for (const options of [{ id: name }, { parentId: name }]) {
        await expect(monitor.register(options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
      for (const call of ['register', 'list', 'count', 'cleanup'] as const) {
        const options = Object.defineProperty({}, name, { value: 1, enumerable: true });
        await expect(monitor[call](options)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
      }
      const parent = await monitor.register({ id: `1${name}` });
      const child = await monitor.register({ id: `2${name}`, parentId: parent.id });
      expect((await monitor.list({ parentId: `1${name}` })).tasks).toEqual([child]);
      expect(await monitor.get(`1${name}`)).toEqual(parent);
    });
  });
});

/** The task, or `null` if the data of the call was refused; any other error is one of ours. */
async function keptOrNull(call: () => Promise<Task>): Promise<Task | null> {
  try {
    return await call();
  } catch (error) {
    if (isTaskMonitorError(error) && error.code === 'INVALID_INPUT') return null;
    throw error;
  }
}

/** Deeply frozen, well-formed JSON of plain objects and lists, within the limit. */
function expectPlain(value: unknown): void {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > 65_536) throw new Error(`too large: ${text.length} characters`);
  if (JSON.stringify(JSON.parse(text)) !== text) throw new Error(`not JSON: ${text}`);
  const visit = (item: unknown): void => {
    if (typeof item === 'string' && (!item.isWellFormed() || item.includes('\0')))
      throw new Error(`not storable: ${text}`);
    if (typeof item !== 'object' || item === null) return;
    const isPlain = Array.isArray(item) || Object.getPrototypeOf(item) === Object.prototype;
    if (!isPlain || !Object.isFrozen(item)) throw new Error(`not plain and frozen: ${text}`);
    Object.entries(item).flat().forEach(visit);
  };
  visit(value);
}

/** A maker of a value, so that every use of it begins anew; half of them with something in it that misbehaves. */
function anyMetadata(): fc.Arbitrary<() => unknown> {
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
    key: fc.oneof(fc.string(), fc.constantFrom(...NAMES)),
    maxDepth: 4,
  });
  const leaf = fc.oneof(
    anything.map((value) => () => value),
    fc.constantFrom(...HOSTILE),
  );
  const holders: readonly ((make: () => unknown) => unknown)[] = [
    (make) => ({ value: make() }),
    (make) => ({ list: [1, make(), 'after'] }),
    (make) => new Map([['value', make()]]),
    (make) => ({ set: new Set([make()]) }),
    (make) => ({ toJSON: () => ({ value: make() }) }),
    (make) => new Proxy({ value: make() }, {}),
    (make) => Object.assign(Object.create({ inherited: 1 }) as object, { value: make() }),
    (make) => make(),
  ];
  return fc.tuple(leaf, fc.constantFrom(...holders)).map(
    ([make, hold]) =>
      () =>
        hold(make),
  );
}

const raise = (): never => {
  throw new Error('raised by a trap');
};

/** Each makes something that misbehaves when it is read. */
const HOSTILE: readonly (() => unknown)[] = [
  () => {
    const cycle: Record<string, unknown> = { list: [] };
    (cycle['list'] as unknown[]).push(cycle);
    return cycle;
  },
  () => Object.defineProperty({ a: 1 }, 'b', { get: raise, enumerable: true }),
  () => ({ toJSON: raise }),
  () => ({ toJSON: () => raise }),
  () => ({ toJSON: () => 2n ** 70n }),
  () => Object.defineProperty(new Map(), 'size', { value: -1 }),
  () => Object.assign(new Map(), { [Symbol.iterator]: raise }),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    return proxy;
  },
  () => new Proxy({}, { ownKeys: () => ['a', 'a'] }),
  () => new Proxy({}, { ownKeys: () => ['not-there', '__proto__'] }),
  () => new Proxy({}, { ownKeys: () => 5 as never }),
  () => new Proxy({ a: 1 }, { get: raise }),
  () => new Proxy({ a: 1 }, { getOwnPropertyDescriptor: raise }),
  () => new Proxy({ a: 1 }, { getPrototypeOf: raise }),
  () => new Proxy({ a: 1 }, { has: raise }),
  () => {
    let reads = 0;
    return new Proxy({ a: 1 }, { get: () => (reads++ % 2 === 0 ? 'text' : { deep: reads }) });
  },
  () => lengthOf(-1),
  () => lengthOf(NaN),
  () => lengthOf(1.5),
  () => lengthOf('7'),
  () => lengthOf(5n),
  endless,
  () => nested(1_000, (inner) => [inner]),
  () => new Uint8Array(16),
  () => new DataView(new ArrayBuffer(8)),
  () => 'x'.repeat(70_000),
  () => '\ud800'.repeat(1_000),
  () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown,
];

/** A list that tells a length of its own. */
function lengthOf(length: unknown): unknown {
  return new Proxy([1, 2, 3], {
    get: (target, key): unknown => (key === 'length' ? length : Reflect.get(target, key)),
  });
}

/** An object with ten keys, each of which holds another such object. */
function endless(): unknown {
  const keys = Array.from({ length: 10 }, (_, index) => `key-${index}`);
  return new Proxy(
    {},
    {
      ownKeys: () => keys,
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
      get: (_, key) => (typeof key === 'string' && key.startsWith('key-') ? endless() : undefined),
    },
  );
}

function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'core';
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

/** Overwrites and empties everything in `value` that lets itself be. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const item of Object.values(value)) spoil(item);
  for (const key of Object.keys(value)) {
    try {
      (value as Record<string, unknown>)[key] = 'spoiled';
      delete (value as Record<string, unknown>)[key];
    } catch {
      // Frozen, as it should be.
    }
  }
}

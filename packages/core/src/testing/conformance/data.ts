import { aCancellation, aFailure, anOwner, aParent } from '../builders.js';
import { eachWithItsOwn, type OpenTaskStore } from '../opened-store.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { describe, expect, it } from '../runner.js';
import { allTasks } from '../snapshot.js';
import type { TaskStore } from '../../store.js';
import type { Task } from '../../task.js';
import { Writer } from '../writer.js';

/** Texts that databases, serialisers and collations are known to change. */
const TEXTS: Readonly<Record<string, string>> = {
  'many scripts': 'Überblick 日本語 العربية हिन्दी 한국어 🐘👩‍👩‍👧‍👦',
  'a composed and a decomposed letter': '\u00e9 \u0065\u0301',
  'the replacement character': 'a \ufffd b',
  'a byte order mark': '\ufeffstart',
  'line and paragraph separators': 'a\u2028b\u2029c',
  'control characters': '\u0001\u0007\u001b[31m\u007f\u0085',
  'every kind of line end': 'a\nb\r\nc\rd\te\u000bf',
  'the last code points': '\uffff \u{10ffff}',
  'white space at both ends': '  \t x \n ',
  'bidirectional overrides': '\u202etxt.exe\u202c \u2066x\u2069',
  quotes: `' " \` \\ \\' '' "" $1 %s :name ? {} -- /* */`,
  'a format of its own': '{"json": [null]}',
  'what looks like a number': '0123.4500',
  'nothing at all': '',
};

const VALUES: Readonly<Record<string, JsonValue>> = {
  'numbers of every size': [
    0,
    1,
    -1,
    0.1,
    1e21,
    1e-7,
    1.7976931348623157e308,
    5e-324,
    2 ** 53 - 1,
    -(2 ** 53 - 1),
  ],
  'the primitives': [null, true, false, '', 0],
  'empty containers': { list: [], object: {}, nested: [[], [{}]] },
  'keys that objects have already': JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}, "toString": "x", "hasOwnProperty": null, "length": 3}',
  ) as JsonObject,
  'keys of any text': {
    '': 1,
    ' ': 2,
    '0': 3,
    'a.b': 4,
    $where: 5,
    日本: 6,
    '🐘': 7,
    "'": 8,
    A: 9,
    a: 10,
  },
  'a list of a thousand': Array.from({ length: 1_000 }, (_, index) => index),
  '100 levels of objects': nested(100, (inner) => ({ deeper: inner })),
  '100 levels of lists': nested(100, (inner) => [inner]),
};

export function describeData(open: OpenTaskStore): void {
  describe('what a task holds', () => {
    const opened = eachWithItsOwn(open);

    for (const [name, text] of Object.entries(TEXTS)) {
      it(`is kept exactly in every text: ${name}`, async () => {
        const { store } = opened();
        const writer = new Writer(store);
        await writer.create({
          type: text,
          name: text,
          command: [text, '--', text],
          metadata: { [text]: text },
          tags: [text],
        });
        await writer.start('task-1');
        await writer.progress('task-1', { message: text, unit: text });
        await writer.log('task-1', text);
        await writer.requestCancel('task-1', aCancellation({ reason: text, requestedBy: text }));
        const error = aFailure({ message: text, name: text, stack: text });
        await writer.end('task-1', { status: 'failed', error, result: text });
        const task = await store.get('task-1');
        expect(task).toMatchObject({
          type: text,
          name: text,
          command: [text, '--', text],
          metadata: { [text]: text },
          tags: [text],
          progress: { message: text, unit: text },
          error,
          result: text,
          execution: { cancel: { reason: text, requestedBy: text } },
        });
        expect((await store.output('task-1', 0))?.lines[0]?.text).toBe(text);
        expect(await allTasks(store, { type: text, tag: text })).toEqual([task]);
        expect((await store.counts({ type: text, tag: text })).failed).toBe(1);
      });
    }

    for (const [name, value] of Object.entries(VALUES)) {
      it(`is kept exactly as metadata and result: ${name}`, async () => {
        const { store } = opened();
        await new Writer(store).createFinished({ metadata: { value } }, { result: value });
        for (const task of await everyCopyOf(store)) {
          expect(canonical(task.metadata)).toBe(canonical({ value }));
          expect(canonical(task.result)).toBe(canonical(value));
        }
      });
    }

    it('is kept at the largest size: 64 KB of metadata, result and command', async () => {
      const { store } = opened();
      const large = 'ä'.repeat(32_000);
      await new Writer(store).createFinished(
        { metadata: { large }, command: [large] },
        { result: large },
      );
      for (const task of await everyCopyOf(store)) {
        expect(task).toMatchObject({ metadata: { large }, command: [large], result: large });
      }
    });

    it('is found by texts that differ in anything only by each itself', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      const texts = [
        'ingest',
        'Ingest',
        'ingest ',
        'ingést',
        'inge\u0301st',
        'ing%',
        'ing_st',
        '',
        'a,b',
        'a',
        'b',
        '日本',
      ];
      for (const text of texts)
        await writer.create({ type: text, tags: [text], parent: aParent(text) });
      for (const text of texts) {
        for (const filter of [{ type: text }, { tag: text }, { parentId: text }]) {
          expect((await store.counts(filter)).pending).toBe(1);
          expect(await allTasks(store, filter)).toMatchObject([{ type: text }]);
        }
      }
    });

    it('has ids and owners of any text', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      for (const id of ['__proto__', 'constructor', 'toString', 'a:b', 'x'.repeat(128), '0']) {
        await writer.createRunning({ id }, anOwner(id));
        await writer.log(id, `line of ${id}`);
        expect(await store.get(id)).toMatchObject({ id, execution: { owner: { id } } });
        expect((await store.output(id, 0))?.lines[0]?.text).toBe(`line of ${id}`);
        await writer.end(id);
        await writer.remove(id);
        expect(await store.get(id)).toBeNull();
      }
    });

    it('has instants of any year', async () => {
      const { store } = opened();
      const [first, last] = [0, 8.64e15];
      await new Writer(store).createFinished({ createdAt: first }, { completedAt: last });
      expect(await store.get('task-1')).toMatchObject({ createdAt: first, completedAt: last });
    });

    it('has many tags, in their order', async () => {
      const { store } = opened();
      const tags = Array.from(
        { length: 32 },
        (_, index) => `tag ${(index * 7) % 32} ${'x'.repeat(100)}`,
      );
      await new Writer(store).create({ tags });
      expect((await store.get('task-1'))?.tags).toEqual(tags);
      for (const tag of tags) expect(await allTasks(store, { tag })).toHaveLength(1);
    });

    it('has output in which nothing is left that a database cannot hold', async () => {
      const { store } = opened();
      const writer = new Writer(store);
      await writer.createRunning();
      await writer.log('task-1', 'a\u0000b', 'half \ud83d of an elephant');
      const lines = (await store.output('task-1', 0))?.lines.map((line) => line.text);
      expect(lines).toEqual(['a\ufffdb', 'half \ufffd of an elephant']);
    });

    it('never reaches the prototype of other objects', async () => {
      const { store } = opened();
      const metadata = JSON.parse('{"__proto__": {"polluted": true}}') as JsonObject;
      await new Writer(store).create({
        id: '__proto__',
        metadata,
        tags: ['__proto__'],
        type: '__proto__',
      });
      for (const task of await everyCopyOf(store)) {
        expect(Object.hasOwn(task.metadata, '__proto__')).toBe(true);
        expect((task.metadata as { polluted?: unknown }).polluted).toBe(undefined);
      }
      expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
      expect(await store.counts({ type: '__proto__' })).toMatchObject({ pending: 1 });
    });
  });
}

/** The one task of the store, as every read tells it. */
async function everyCopyOf(store: TaskStore): Promise<readonly Task[]> {
  const [listed] = await allTasks(store);
  const got = await store.get(listed?.id ?? '');
  if (listed === undefined || got === null) throw new Error('Expected the store to have a task.');
  return [listed, got];
}

/** JSON with sorted keys: equal for equal values, also where `__proto__` is a key. */
function canonical(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value as JsonObject).map(
    ([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`,
  );
  return `{${entries.sort().join()}}`;
}

function nested(levels: number, around: (inner: JsonValue) => JsonValue): JsonValue {
  let value: JsonValue = 'the bottom';
  for (let level = 0; level < levels; level++) value = around(value);
  return value;
}

import fc from 'fast-check';
import type { JsonValue } from '../json.js';
import { TaskMonitor } from '../monitor.js';
import type { NewTask } from '../store.js';
import { FINISHED_STATUSES, isFinished, type Task } from '../task.js';
import { aCancellation, aFailure, aParent } from '../testing/builders.js';
import { ChangeLog } from '../testing/change-log.js';
import { RandomWriter } from '../testing/random-writer.js';
import { SeededRandom } from '../testing/seeded-random.js';
import { Writer } from '../testing/writer.js';
import { Entry } from './entry.js';
import { MemoryStore } from './memory-store.js';
import { BUCKET_BYTES } from './task-indexes.js';

const END = 2_000_000_000_000;

async function tasksOf(store: MemoryStore): Promise<readonly Task[]> {
  return (await store.list({ filter: {}, order: 'oldest', after: null, limit: 100_000 })).tasks;
}

async function idsOf(store: MemoryStore): Promise<readonly string[]> {
  return (await tasksOf(store)).map(({ id }) => id);
}

/** What the store's bytes have to be, from nothing but what it answers with and the keys that it was given. */
async function recount(store: MemoryStore, keys: ReadonlyMap<string, string>): Promise<number> {
  let bytes = 0;
  const buckets = new Set<string>();
  for (const task of await tasksOf(store)) {
    const entry = new Entry(task, keys.get(task.id) ?? null);
    const { lines = [], lastNumber = 0 } = (await store.output(task.id, 0)) ?? {};
    if (lastNumber > 0) entry.append(lines);
    bytes += entry.bytes;
    if (task.type !== null) buckets.add(`type ${task.type}`);
    for (const tag of task.tags) buckets.add(`tag ${tag}`);
    const { parent } = task.execution;
    if (parent !== null) buckets.add(`parent ${parent.id}`);
  }
  return bytes + buckets.size * BUCKET_BYTES;
}

const aText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.integer({ min: 0, max: 3_000 }).map((length) => 'x'.repeat(length)),
);

const aWrite = fc.record({
  verb: fc.constantFrom(
    'create',
    'start',
    'progress',
    'log',
    'cancel',
    'end',
    'late',
    'remove',
    'prune',
  ),
  task: fc.nat({ max: 20 }),
  text: aText,
  json: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>,
  status: fc.constantFrom(...FINISHED_STATUSES),
  type: fc.constantFrom(null, 'ingest', 'search'),
  tags: fc.uniqueArray(fc.constantFrom('nightly', 'video', 'gpu', 'own-1', 'own-2')),
  parentId: fc.constantFrom(null, null, 'batch-1', 'batch-2'),
  withKey: fc.boolean(),
});

describe('the bytes of a MemoryStore', () => {
  it.each([Number.MAX_SAFE_INTEGER, 12_000])(
    'add up after any writes, with a limit of %i',
    async (maxBytes) => {
      await fc.assert(
        fc.asyncProperty(fc.array(aWrite, { maxLength: 60 }), async (writes) => {
          const store = new MemoryStore({ maxBytes, maxFinished: 15 });
          const writer = new Writer(store);
          const keys = new Map<string, string>();
          for (const { verb, task, text, json, status, type, tags, parentId, withKey } of writes) {
            const id = `task-${task}`;
            if (verb === 'create') {
              const key = withKey ? `key of ${id}` : null;
              const made: Partial<NewTask> = {
                id,
                type,
                tags,
                parent: parentId === null ? null : aParent(parentId),
                name: text,
                metadata: { json },
              };
              const { outcome } = await writer.tryCreate(made, key);
              if (outcome === 'applied') {
                keys.delete(id);
                if (key !== null) keys.set(id, key);
                expect(store.bytes).toBeLessThanOrEqual(maxBytes);
              }
            } else if (verb === 'start') {
              await writer.tryTransition(id, ['pending'], { status: 'running' });
            } else if (verb === 'progress') {
              await writer.tryProgress(id, { message: text, unit: withKey ? 'segments' : null });
            } else if (verb === 'log') await writer.tryLog(id, text, 'a line');
            else if (verb === 'cancel')
              await writer.tryRequestCancel(id, aCancellation({ reason: text }));
            else if (verb === 'end')
              await writer.tryEnd(id, {
                status,
                completedAt: END + task,
                result: json,
                ...(status === 'failed' && { error: aFailure({ message: text }) }),
              });
            else if (verb === 'late')
              await writer.tryTransition(id, FINISHED_STATUSES, {
                lateOutcome: { status: 'failed', at: END, message: text },
              });
            else if (verb === 'remove') await writer.tryRemove(id);
            else await writer.prune({ completedBefore: END + task, limit: 3 });
            expect(store.bytes).toBe(await recount(store, keys));
            if (store.bytes > maxBytes) {
              const finished = (await tasksOf(store)).filter((kept) => isFinished(kept.status));
              expect(finished.length).toBeLessThanOrEqual(1);
            }
          }
        }),
        { numRuns: 300 },
      );
    },
    120_000,
  );

  it('are none when every task is gone, whatever happened', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const store = new MemoryStore({ maxBytes: 60_000 });
      const random = new RandomWriter(store, new SeededRandom(seed));
      for (let count = 0; count < 500; count++) await random.write();
      const writer = new Writer(store, 'cleaner-1');
      for (const { id } of await tasksOf(store)) await writer.tryEnd(id);
      await writer.prune({ completedBefore: Number.MAX_SAFE_INTEGER, limit: 10_000 });
      expect(await idsOf(store)).toEqual([]);
      expect(store.bytes).toBe(0);
    }
  });

  it('let the tasks go that finished first, with their keys and output, and tell of it', async () => {
    const store = new MemoryStore({ maxBytes: 100_000 });
    const writer = new Writer(store);
    const log = await ChangeLog.open(store);
    for (let number = 1; number <= 3; number++) {
      const { id } = await writer.create({}, `key-${number}`);
      await writer.start(id);
      await writer.log(id, 'x'.repeat(10_000));
      await writer.end(id, { completedAt: END - number, result: 'x'.repeat(20_000) });
    }
    expect(await idsOf(store)).toEqual(['task-1', 'task-2', 'task-3']);
    await writer.createFinished({}, { completedAt: END, result: 'x'.repeat(20_000) });
    expect(await idsOf(store)).toEqual(['task-1', 'task-2', 'task-4']);
    expect((await log.lines()).at(-1)).toBe('task.removed task-3');
    expect(await store.output('task-3', 0)).toBeNull();
    expect(await writer.tryCreate({ id: 'task-3' }, 'key-3')).toMatchObject({ outcome: 'applied' });
  });

  it('never let the task go that was just written, even if it finished first', async () => {
    const store = new MemoryStore({ maxBytes: 50_000 });
    const writer = new Writer(store);
    await writer.createFinished({}, { completedAt: END });
    await writer.createFinished({}, { completedAt: END - 5_000, result: 'x'.repeat(60_000) });
    expect(await idsOf(store)).toEqual(['task-2']);
    expect(store.bytes).toBeGreaterThan(50_000);
    await writer.createFinished({}, { completedAt: END });
    expect(await idsOf(store)).toEqual(['task-3']);
  });

  it('let hundreds go at once in one change, within a moment', async () => {
    const store = new MemoryStore({ maxBytes: 10_000_000 });
    const writer = new Writer(store);
    while (store.bytes < 9_900_000) await writer.createFinished();
    const log = await ChangeLog.open(store);
    const { id } = await writer.createRunning();
    const before = process.cpuUsage();
    // In memory an empty object takes twenty times what it takes as JSON.
    await writer.end(id, { result: Array.from({ length: 21_000 }, () => ({})) });
    const { user, system } = process.cpuUsage(before);
    const removed = (await log.read()).filter((change) => change.type === 'task.removed');
    expect(removed).toHaveLength(1);
    expect(removed[0]?.ids.length).toBeGreaterThan(2_000);
    expect((user + system) / 1_000).toBeLessThan(200);
    expect(store.bytes).toBeLessThanOrEqual(10_000_000);
  });

  it('make register reject when active tasks take them all, and nothing of it is kept', async () => {
    const store = new MemoryStore({ maxBytes: 50_000 });
    const monitor = new TaskMonitor({ store });
    await monitor.register({ id: 'a1', metadata: { text: 'x'.repeat(40_000) } });
    const given = { id: 'a2', idempotencyKey: 'key-2', metadata: { text: 'x'.repeat(20_000) } };
    const before = store.bytes;
    const refusal = {
      code: 'CAPACITY',
      message:
        "Cannot register a task: with it, those pending or running would take more than the 50000 bytes of the store's `maxBytes`. Finish or cancel some, or raise its limit.",
      details: { maxBytes: 50_000 },
    };
    await expect(monitor.register(given)).rejects.toMatchObject(refusal);
    await expect(monitor.run(given, () => 1)).rejects.toMatchObject(refusal);
    expect(await idsOf(store)).toEqual(['a1']);
    expect(store.bytes).toBe(before);
    expect((await monitor.register({ id: 'a3' })).number).toBe(2);
    await monitor.cancel('a1');
    expect(await monitor.register(given)).toMatchObject({ id: 'a2', number: 3 });
    expect(await idsOf(store)).toEqual(['a3', 'a2']);
    await monitor.close();
  });

  it('count the indexes of tasks that have a type, tags and a parent of their own', async () => {
    const store = new MemoryStore({ maxBytes: 20_000 });
    const writer = new Writer(store);
    const given = (number: number): Partial<NewTask> => ({
      type: `type-${number}`,
      tags: [`tag-${number}`, `label-${number}`],
      parent: aParent(`batch-${number}`),
    });
    for (let number = 1; number <= 100; number++) await writer.createFinished(given(number));
    expect((await idsOf(store)).length).toBeLessThan(12);
    expect(store.bytes).toBeLessThanOrEqual(20_000);
    let active = 0;
    while (
      (await writer.tryCreate({ ...given(active), id: `active-${active}` })).outcome === 'applied'
    )
      active++;
    expect(active).toBeGreaterThan(5);
    expect((await idsOf(store)).length).toBe(active);
    expect(store.bytes).toBeLessThanOrEqual(20_000);
  });

  it('take the oldest lines of a task when there is no room for its newest, and go on counting', async () => {
    const store = new MemoryStore({ maxBytes: 40_000 });
    const writer = new Writer(store);
    await writer.createRunning({ metadata: { text: 'x'.repeat(20_000) } });
    await writer.createRunning();
    for (let count = 0; count < 100; count++) await writer.log('task-2', 'x'.repeat(900));
    const kept = await store.output('task-2', 0);
    expect(kept?.lastNumber).toBe(100);
    expect(kept?.lines.length).toBeGreaterThan(10);
    expect(kept?.lines.at(-1)?.number).toBe(100);
    expect(store.bytes).toBeLessThanOrEqual(40_000);
  });

  it('leave a task its newest line, if that is short, and nothing of a long one', async () => {
    const store = new MemoryStore({ maxBytes: 20_000 });
    const writer = new Writer(store);
    await writer.createRunning();
    await writer.createRunning({ metadata: { text: 'x'.repeat(18_000) } });
    await writer.log('task-1', 'before', 'x'.repeat(2_048));
    expect((await store.output('task-1', 0))?.lines.map(({ number }) => number)).toEqual([2]);
    await writer.log('task-1', 'x'.repeat(2_049));
    expect(await store.output('task-1', 0)).toEqual({ lines: [], lastNumber: 3 });
    await writer.log('task-1', 'short');
    expect((await store.output('task-1', 0))?.lines).toMatchObject([{ text: 'short', number: 4 }]);
  });

  it('never refuse progress, a request to cancel or an end, and get nowhere by it', async () => {
    const maxBytes = 1_000_000;
    const store = new MemoryStore({ maxBytes });
    const writer = new Writer(store);
    let active = 0;
    while ((await writer.tryCreate({ id: `task-${active + 1}` })).outcome === 'applied') active++;
    for (let number = 1; number <= active; number++) {
      const id = `task-${number}`;
      await writer.start(id);
      for (let count = 0; count < 3; count++) await writer.log(id, 'x'.repeat(65_000));
      await writer.progress(id, { message: 'x'.repeat(2_048) });
      await writer.requestCancel(id, aCancellation({ reason: 'x'.repeat(2_048) }));
    }
    expect(await store.counts({})).toMatchObject({ running: active });
    // Of each: its progress and its cancellation, two objects and 2 KB of text each, and no output.
    expect(store.bytes).toBeLessThan(maxBytes + active * 4_800);
    for (let number = 1; number <= active; number++)
      await writer.end(`task-${number}`, { completedAt: END + number, result: 'x'.repeat(60_000) });
    expect(store.bytes).toBeLessThanOrEqual(maxBytes);
    expect((await idsOf(store)).at(-1)).toBe(`task-${active}`);
  });
});

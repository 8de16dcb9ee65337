import { CREATED_AT } from '../testing/builders.js';
import { ChangeLog } from '../testing/change-log.js';
import { describeTaskStore, FakeClock } from '../testing/index.js';
import { allTasks } from '../testing/snapshot.js';
import { Writer } from '../testing/writer.js';
import { MemoryStore } from './memory-store.js';

describeTaskStore('MemoryStore', async ({ keptChanges }) => {
  const clock = new FakeClock();
  const store = new MemoryStore({
    clock,
    ...(keptChanges !== undefined && { changes: keptChanges }),
  });
  return {
    store,
    another: async () => store,
    advanceLeaseClock: (ms) => clock.advance(ms),
    dispose: () => store.close(),
  };
});

describe('MemoryStore, full', () => {
  it('takes no more active tasks than `maxActive`, until one of them is finished', async () => {
    const writer = new Writer(new MemoryStore({ maxActive: 2 }));
    await writer.create();
    await writer.createRunning();
    expect(await writer.tryCreate({ id: 'task-3' })).toEqual({
      outcome: 'full',
      task: null,
      maxActive: 2,
    });
    await writer.end('task-1');
    expect((await writer.tryCreate({ id: 'task-3' })).outcome).toBe('applied');
  });

  it('still finds the task of an idempotency key, and the one that has an id', async () => {
    const writer = new Writer(new MemoryStore({ maxActive: 1 }));
    const task = await writer.create({ id: 'ingest-1' }, 'key-1');
    expect(await writer.tryCreate({ id: 'ingest-2' }, 'key-1')).toEqual({
      outcome: 'duplicate',
      task,
    });
    expect(await writer.tryCreate({ id: 'ingest-1' })).toEqual({ outcome: 'exists', task });
  });

  it('keeps `maxFinished` finished tasks: the one that finished first goes, and its removal is told', async () => {
    const store = new MemoryStore({ maxFinished: 2 });
    const writer = new Writer(store);
    const log = await ChangeLog.open(store);
    for (const [id, seconds] of [
      ['late-1', 30],
      ['early-1', 10],
      ['middle-1', 20],
    ] as const) {
      await writer.create({ id });
      await writer.end(id, { completedAt: CREATED_AT + seconds * 1_000 });
    }
    expect((await allTasks(store)).map(({ id }) => id)).toEqual(['late-1', 'middle-1']);
    expect((await log.lines()).slice(-2)).toEqual([
      'task.completed middle-1 v2',
      'task.removed early-1',
    ]);
    expect(await store.counts({})).toMatchObject({ completed: 2 });
  });

  it('never lets an active task go for its limit', async () => {
    const store = new MemoryStore({ maxFinished: 1 });
    const writer = new Writer(store);
    for (let made = 0; made < 10; made++) await writer.createRunning();
    for (let made = 0; made < 5; made++) await writer.createFinished();
    expect(await store.counts({})).toMatchObject({ running: 10, completed: 1 });
  });

  for (const [option, value] of [
    ['maxActive', 0],
    ['maxFinished', 1.5],
    ['changes', '100'],
    ['maxTasks', 5],
  ] as const) {
    it(`refuses ${option}: ${JSON.stringify(value)}`, () => {
      expect(() => new MemoryStore({ [option]: value })).toThrow(
        expect.objectContaining({
          code: 'INVALID_OPTIONS',
          message: expect.stringContaining(`\`${option}\``),
        }),
      );
    });
  }
});

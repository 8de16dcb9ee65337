import { setImmediate as turn } from 'node:timers/promises';
import { ChangeFeed, type FeedEvent } from './change-feed.js';
import { MemoryStore } from './memory/memory-store.js';
import { lineOf } from './testing/change-log.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';
import { Writer } from './testing/writer.js';

describe('ChangeFeed', () => {
  let clock: FakeClock;
  let store: FaultStore;
  let writer: Writer;
  let feed: ChangeFeed;
  let errors: unknown[];
  const open = (changes: number): void => {
    store = new FaultStore(new MemoryStore({ clock, changes }));
    writer = new Writer(store);
    feed = new ChangeFeed(store, clock, (error) => errors.push(error));
  };
  /** Listens, and keeps what it is told. */
  const listen = async (
    taskId: string | null,
  ): Promise<{ lines: string[]; unsubscribe: () => void }> => {
    const lines: string[] = [];
    const { ready, unsubscribe } = feed.subscribe(taskId, (event: FeedEvent) =>
      lines.push(event.type === 'reset' ? 'reset' : lineOf(event)),
    );
    await ready;
    return { lines, unsubscribe };
  };
  beforeEach(() => {
    clock = new FakeClock();
    errors = [];
    open(100);
  });
  afterEach(() => feed.close());

  it('tells of one task, or of all, in the order of the store', async () => {
    const all = await listen(null);
    const one = await listen('task-2');
    await writer.create();
    await writer.create();
    await writer.start('task-1');
    await writer.end('task-2');
    await writer.remove('task-2');
    await turn();
    expect(all.lines).toEqual([
      'task.registered task-1 v1',
      'task.registered task-2 v1',
      'task.started task-1 v2',
      'task.completed task-2 v2',
      'task.removed task-2',
    ]);
    expect(one.lines).toEqual([
      'task.registered task-2 v1',
      'task.completed task-2 v2',
      'task.removed task-2',
    ]);
  });

  it('reads the store once for all, while anybody listens and a second longer', async () => {
    expect(store.calls('changesAfter')).toBe(0);
    const listeners = await Promise.all([listen(null), listen('task-1'), listen('task-1')]);
    await writer.create();
    await turn();
    const calls = store.calls('changesAfter');
    for (const { unsubscribe } of listeners) {
      unsubscribe();
      unsubscribe();
    }
    await writer.create();
    await turn();
    expect(store.calls('changesAfter')).toBe(calls + 1);
    await clock.advanceAsync(1_000, turn);
    await writer.create();
    await turn();
    expect(store.calls('changesAfter')).toBe(calls + 1);
    expect(listeners[1]?.lines).toEqual(['task.registered task-1 v1']);
  });

  it('tells a listener that comes later only what is new', async () => {
    await listen(null);
    await writer.create();
    await turn();
    const late = await listen(null);
    await writer.create();
    await turn();
    expect(late.lines).toEqual(['task.registered task-2 v1']);
  });

  it('goes on reading where somebody listens again within a second', async () => {
    const first = await listen(null);
    first.unsubscribe();
    await clock.advanceAsync(900, turn);
    const second = await listen(null);
    await clock.advanceAsync(900, turn);
    await writer.create();
    await turn();
    expect([first.lines, second.lines]).toEqual([[], ['task.registered task-1 v1']]);
    second.unsubscribe();
    await clock.advanceAsync(900, turn);
    const third = await listen(null);
    expect(store.calls('changesAfter')).toBe(3);
    await clock.advanceAsync(60_000, turn);
    await writer.create();
    await turn();
    expect(third.lines).toEqual(['task.registered task-2 v1']);
  });

  it('starts anew when the last one left long ago', async () => {
    const first = await listen(null);
    first.unsubscribe();
    await clock.advanceAsync(1_000, turn);
    await writer.create();
    const second = await listen(null);
    await writer.create();
    await turn();
    expect([first.lines, second.lines]).toEqual([[], ['task.registered task-2 v1']]);
  });

  it('goes on telling the others when one throws, and says so', async () => {
    const boom = new Error('boom');
    feed.subscribe(null, () => {
      throw boom;
    });
    const good = await listen(null);
    await writer.create();
    await writer.create();
    await turn();
    expect(good.lines).toHaveLength(2);
    expect(errors).toEqual([boom, boom]);
  });

  it('lets listeners come and go while it tells them', async () => {
    const lines: string[] = [];
    const { unsubscribe, ready } = feed.subscribe(null, () => {
      lines.push('once');
      unsubscribe();
      feed.subscribe(null, (event) => lines.push(event.type));
    });
    await ready;
    await writer.create();
    await writer.create();
    await turn();
    expect(lines[0]).toBe('once');
    expect(lines.filter((line) => line === 'once')).toHaveLength(1);
    expect(lines.at(-1)).toBe('task.registered');
  });

  it('says reset to everybody when the store did not keep what was missed', async () => {
    open(2);
    const all = await listen(null);
    const one = await listen('task-1');
    store.set('changesAfter', 'delay');
    await writer.create();
    await turn();
    for (let count = 0; count < 5; count++) await writer.create();
    store.set('changesAfter', 'ok');
    store.release();
    await turn();
    await writer.create();
    await turn();
    expect(all.lines).toEqual(['task.registered task-1 v1', 'reset', 'task.registered task-7 v1']);
    expect(one.lines).toEqual(['task.registered task-1 v1', 'reset']);
  });

  it.each(['failBefore', 'throwSync'] as const)(
    'goes on from where it was after an outage (%s)',
    async (fault) => {
      const all = await listen(null);
      store.set('changesAfter', fault);
      await writer.create();
      await writer.create();
      await clock.advanceAsync(3_000);
      expect(errors.length).toBeGreaterThanOrEqual(3);
      expect(errors.length).toBeLessThanOrEqual(5);
      store.set('changesAfter', 'ok');
      await clock.advanceAsync(1_000);
      expect(all.lines).toEqual(['task.registered task-1 v1', 'task.registered task-2 v1']);
    },
  );

  it('is ready as soon as a store that was away is back', async () => {
    store.set('changesAfter', 'failBefore');
    const listening = listen(null);
    await clock.advanceAsync(2_000);
    store.set('changesAfter', 'ok');
    await clock.advanceAsync(1_000);
    const { lines } = await listening;
    await writer.create();
    await turn();
    expect(lines).toEqual(['task.registered task-1 v1']);
  });

  it('ends for all at once, also while the store is away', async () => {
    const all = await listen(null);
    feed.close();
    await writer.create();
    await turn();
    expect(all.lines).toEqual([]);
    store.set('changesAfter', 'failBefore');
    const listening = listen(null);
    await turn();
    feed.close();
    await clock.advanceAsync(1_000);
    await listening;
    expect(clock.timers).toBe(0);
  });
});

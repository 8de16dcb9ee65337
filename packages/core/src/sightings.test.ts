import { Sightings } from './sightings.js';
import { MemoryStore } from './memory/memory-store.js';
import type { Task } from './task.js';
import { CREATED_AT } from './testing/builders.js';
import { FakeClock } from './testing/fake-clock.js';
import { Writer } from './testing/writer.js';

describe('Sightings', () => {
  let clock: FakeClock;
  let store: MemoryStore;
  let writer: Writer;
  let sightings: Sightings;
  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryStore({ clock });
    writer = new Writer(store);
    sightings = new Sightings(clock);
  });

  it('note how a running task goes on, in the unit that says most', async () => {
    const task = await writer.createRunning();
    sightings.see(task);
    sightings.see(await writer.progress(task.id, { current: 1, total: 4 }, CREATED_AT + 2_000));
    const seen = sightings.see(
      await writer.progress(task.id, { current: 2, total: 5 }, CREATED_AT + 3_000),
    );
    expect(seen).toMatchObject({ total: 5 });
    expect(seen?.points.all).toEqual([
      { at: CREATED_AT + 2_000, done: 1 },
      { at: CREATED_AT + 3_000, done: 2 },
    ]);
  });

  it('begin anew when the unit changes', async () => {
    const task = await writer.createRunning();
    sightings.see(await writer.progress(task.id, { percent: 20 }, CREATED_AT + 2_000));
    const seen = sightings.see(
      await writer.progress(task.id, { current: 30, total: 50 }, CREATED_AT + 3_000),
    );
    expect(seen).toMatchObject({ total: 50 });
    expect(seen?.points.all).toEqual([{ at: CREATED_AT + 3_000, done: 30 }]);
  });

  it('tell when something moved, and the longest time without', async () => {
    const task = await writer.createRunning();
    expect(sightings.see(task)).toMatchObject({ movedAt: null, moves: 0, longestGapMs: 0 });
    for (const ms of [1_000, 5_000, 2_000]) {
      clock.advance(ms);
      sightings.see(await writer.progress(task.id, { message: `${ms}` }));
    }
    clock.advance(60_000);
    expect(sightings.see((await store.get(task.id)) as Task)).toMatchObject({
      movedAt: 8_000,
      moves: 3,
      longestGapMs: 5_000,
    });
  });

  it('take a look after many changes for what it is', async () => {
    const task = await writer.createRunning();
    sightings.see(await writer.progress(task.id, { current: 1 }));
    sightings.see(await writer.progress(task.id, { current: 2 }));
    clock.advance(600_000);
    for (let current = 3; current <= 12; current++) await writer.progress(task.id, { current });
    expect(sightings.see((await store.get(task.id)) as Task)).toMatchObject({
      longestGapMs: 60_000,
    });
  });

  it('do not go back to what was before', async () => {
    const task = await writer.createRunning();
    const newer = await writer.progress(task.id, { percent: 50 });
    sightings.see(newer);
    expect(sightings.see(task)).toMatchObject({ task: newer });
  });

  it('forget tasks that do not run', async () => {
    const task = await writer.createRunning();
    sightings.see(task);
    expect(sightings.see(await writer.end(task.id, { status: 'completed' }))).toBeNull();
    expect(sightings.see(await writer.create({ id: 'task-2' }))).toBeNull();
    expect(sightings.size).toBe(0);
  });

  it('remember the 2,000 that were seen last', async () => {
    const first = await writer.createRunning({ id: 'first' });
    const second = await writer.createRunning({ id: 'second' });
    sightings.see(await writer.progress(second.id, { percent: 1 }));
    sightings.see(await writer.progress(first.id, { percent: 1 }));
    for (let other = 0; other < 1_999; other++) sightings.see({ ...first, id: `other-${other}` });
    expect(sightings.size).toBe(2_000);
    expect(sightings.see(first)?.points.all).toHaveLength(1);
    expect(sightings.see(second)?.points.all).toHaveLength(0);
  });
});

import { MemoryStore } from './memory/memory-store.js';
import { ownerLife, OwnerLives } from './owner-lives.js';
import { anOwner } from './testing/builders.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';
import { take } from './testing/lease-search.js';
import { Writer } from './testing/writer.js';

describe('OwnerLives', () => {
  let clock: FakeClock;
  let store: FaultStore;
  let lives: OwnerLives;
  beforeEach(() => {
    clock = new FakeClock();
    store = new FaultStore(new MemoryStore({ clock }));
    lives = new OwnerLives(store, clock);
  });

  it('are read once in 2 s, however many ask', async () => {
    await Promise.all([lives.look(), lives.look()]);
    clock.advance(1_999);
    await lives.look();
    expect(store.calls('leases')).toBe(1);
    clock.advance(1);
    await lives.look();
    expect(store.calls('leases')).toBe(2);
  });

  it('tell when an owner renewed its lease, and whether it has one', async () => {
    const task = await new Writer(store).createRunning();
    await take(store, 'owner-1');
    clock.advance(4_000);
    const look = await lives.look();
    expect(ownerLife(look, task, clock.monotonic() + 1_500)).toEqual({
      state: 'held',
      renewedMsAgo: 5_500,
      remainingMs: 26_000,
    });
    const other = await new Writer(store, 'monitor-2').createRunning(
      { id: 'task-2' },
      anOwner('owner-2'),
    );
    expect(ownerLife(look, other, clock.monotonic())).toEqual({ state: 'gone' });
  });

  it('are unknown while the store does not answer', async () => {
    const task = await new Writer(store).createRunning();
    store.set('leases', 'failBefore');
    expect(ownerLife(await lives.look(), task, clock.monotonic())).toEqual({ state: 'unknown' });
  });

  it('tell how long the store took', async () => {
    store.set('leases', 'delay');
    const look = lives.look();
    clock.advance(3_000);
    store.release();
    expect((await look).tookMs).toBe(3_000);
  });
});

import { DeadlineStore } from './deadline-store.js';
import { MemoryStore } from './memory/memory-store.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

describe('DeadlineStore', () => {
  let clock: FakeClock;
  let faults: FaultStore;
  let store: DeadlineStore;
  beforeEach(() => {
    clock = new FakeClock();
    faults = new FaultStore(new MemoryStore({ clock }));
    store = new DeadlineStore(faults, clock);
  });

  it('passes on what is answered, and leaves no timer', async () => {
    expect(await store.get('a1')).toBeNull();
    faults.set('get', 'failBefore');
    await expect(store.get('a1')).rejects.toThrow('failBefore');
    faults.set('get', 'throwSync');
    await expect(store.get('a1')).rejects.toThrow('throwSync');
    expect(clock.timers).toBe(0);
  });

  it('rejects a call that has no answer after five seconds', async () => {
    faults.set('get', 'hang');
    const answer = store.get('a1').catch((error: unknown) => error);
    await clock.advanceAsync(4_999);
    expect(clock.timers).toBe(1);
    await clock.advanceAsync(1);
    expect(await answer).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The store did not answer `get` within 5 s; the call may be repeated.',
      details: { method: 'get' },
    });
  });

  it('does not mind what becomes of it later', async () => {
    faults.set('get', 'delay');
    const answer = store.get('a1').catch((error: unknown) => error);
    await clock.advanceAsync(5_000);
    faults.set('get', 'failBefore');
    faults.release();
    expect(await answer).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('gives a reader that waits for changes as long as it waits, and five seconds', async () => {
    const { position } = await store.changesAfter(null, { limit: 0, waitMs: 0 });
    faults.set('changesAfter', 'hang');
    let failed = false;
    const waiting = store
      .changesAfter(position, { limit: 1, waitMs: 20_000 })
      .catch(() => (failed = true));
    await clock.advanceAsync(24_999);
    expect(failed).toBe(false);
    await clock.advanceAsync(1);
    await waiting;
    expect(failed).toBe(true);
    void store.changesAfter(position, { limit: 1, waitMs: Infinity });
    expect(clock.timers).toBe(0);
  });
});

import { setImmediate as turn } from 'node:timers/promises';
import { MemoryStore } from './memory/memory-store.js';
import { TaskMonitor } from './monitor.js';
import { FakeClock } from './testing/fake-clock.js';
import { FaultStore } from './testing/fault-store.js';

describe('the signal of a task', () => {
  let clock: FakeClock;
  let store: FaultStore;
  let mine: TaskMonitor;
  let other: TaskMonitor;
  let errors: unknown[];
  const open = (): TaskMonitor =>
    new TaskMonitor({ store, clock, closeStore: false, onError: (error) => errors.push(error) });
  beforeEach(async () => {
    clock = new FakeClock();
    store = new FaultStore(new MemoryStore({ clock }));
    errors = [];
    mine = open();
    other = open();
    await mine.register({ id: 'a1' });
    await mine.start('a1');
  });
  afterEach(async () => {
    await mine.close();
    await other.close();
    expect(errors).toEqual([]);
  });

  it('fires before cancel resolves when this monitor cancels', async () => {
    const signal = mine.signal('a1');
    expect(signal.aborted).toBe(false);
    await mine.cancel('a1', { reason: 'superseded' });
    expect(signal.reason).toMatchObject({
      name: 'AbortError',
      why: 'cancel',
      message: 'Task "a1" was ended: superseded',
    });
  });

  it('fires when another monitor cancels', async () => {
    const signal = mine.signal('a1');
    await turn();
    await other.cancel('a1');
    await turn();
    expect(signal.aborted).toBe(true);
  });

  it('fires for a task that was cancelled before anybody asked for it', async () => {
    await other.cancel('a1');
    const signal = mine.signal('a1');
    await turn();
    expect(signal.aborted).toBe(true);
  });

  it('fires when the task is ended from outside', async () => {
    const signal = mine.signal('a1');
    await turn();
    await mine.close();
    expect(signal.reason).toMatchObject({
      message: 'Task "a1" was ended: The process that ran it was shut down.',
    });
  });

  it('does not fire when the task ends by itself', async () => {
    const signal = mine.signal('a1');
    await mine.progress('a1', 50);
    await mine.complete('a1');
    await turn();
    expect(signal.aborted).toBe(false);
  });

  it('is the same one until the task ends', async () => {
    const signal = mine.signal('a1');
    expect(mine.signal('a1')).toBe(signal);
    await turn();
    expect(mine.signal('a1')).toBe(signal);
    expect(mine.signal('a2')).not.toBe(signal);
  });

  it('never fires for a task that is not kept', async () => {
    const signal = mine.signal('nobody-1');
    await turn();
    expect(signal.aborted).toBe(false);
    await mine.complete('a1');
    const removed = mine.signal('a1');
    await mine.remove('a1');
    await turn();
    expect(removed.aborted).toBe(false);
  });

  it('looks for itself after changes were missed', async () => {
    store = new FaultStore(new MemoryStore({ clock, changes: 2 }));
    mine = open();
    other = open();
    await mine.register({ id: 'a1' });
    await mine.start('a1');
    const signal = mine.signal('a1');
    await turn();
    store.set('changesAfter', 'delay');
    await other.progress('a1', 1);
    await turn();
    await other.cancel('a1');
    for (let count = 0; count < 5; count++) await other.register();
    store.set('changesAfter', 'ok');
    store.release();
    await turn();
    expect(signal.aborted).toBe(true);
  });

  it('leaves no reader of the store behind when its task is over', async () => {
    for (let count = 0; count < 50; count++) {
      const { id } = await mine.register();
      mine.signal(id);
      await mine.start(id);
      await turn();
      await (count % 2 === 0 ? mine.complete(id) : other.cancel(id));
      await turn();
    }
    await clock.advanceAsync(1_000, turn);
    const calls = store.calls('changesAfter');
    await mine.register();
    await turn();
    expect(store.calls('changesAfter')).toBe(calls);
  });

  it('stops work that listens to it', async () => {
    const signal = mine.signal('a1');
    const work = new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    await turn();
    await other.cancel('a1', { reason: 'superseded' });
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    expect(await mine.fail('a1', await work.catch((error: unknown) => error))).toMatchObject({
      status: 'cancelled',
      execution: { lateOutcome: { status: 'failed' } },
    });
  });
});

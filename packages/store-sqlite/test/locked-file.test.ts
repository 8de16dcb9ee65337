import { type CreateResult, TaskMonitor } from '@task-monitor/core';
import { Connection } from '../src/connection.js';
import { chooseDriver } from '../src/driver/choose-driver.js';
import { SqliteStore } from '../src/index.js';
import { aTask } from './fill.js';
import { temporaryFolder } from './temporary-folder.js';

describe('a file that somebody else keeps locked', () => {
  const file = temporaryFolder();
  let store: SqliteStore;
  let other: Connection;
  beforeEach(async () => {
    store = await SqliteStore.open({ path: file('tasks.db'), busyTimeoutMs: 300 });
    other = new Connection((await chooseDriver(undefined)).open(file('tasks.db')));
    other.exec('BEGIN IMMEDIATE');
  });
  afterEach(async () => {
    other.close();
    await store.close();
  });

  it('is written when it is free, and the event loop goes on meanwhile', async () => {
    const patient = await SqliteStore.open({ path: file('tasks.db') });
    let turns = 0;
    const count = setInterval(() => {
      if (++turns === 10) other.exec('COMMIT');
    }, 1);
    const answers = await Promise.all([1, 2, 3].map((sequence) => create(patient, sequence)));
    clearInterval(count);
    await patient.close();
    expect(turns).toBeGreaterThanOrEqual(10);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
  });

  it('is read all the while', async () => {
    expect(await store.get('task-1')).toBeNull();
    expect(await store.counts({})).toMatchObject({ pending: 0 });
  });

  it('makes writes reject with STORE_UNAVAILABLE in the end, of which nothing is left', async () => {
    const refused = await Promise.allSettled([1, 2].map((sequence) => create(store, sequence)));
    for (const answer of refused)
      expect(answer).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'STORE_UNAVAILABLE',
          message: `${file('tasks.db')}: Another process kept it locked for 300 ms. Nothing was written; the call may be repeated.`,
        },
      });
    other.exec('COMMIT');
    expect(await create(store, 1)).toMatchObject({ outcome: 'applied', task: { number: 1 } });
  });

  it('is what a monitor tells its caller of, and not only that there was no answer', async () => {
    const monitor = new TaskMonitor({
      store: await SqliteStore.open({ path: file('tasks.db') }),
      retention: false,
    });
    await expect(monitor.register()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('Another process kept it locked for 4800 ms'),
    });
    other.exec('COMMIT');
    await monitor.close();
  });

  it('is opened when it is free', async () => {
    const opening = SqliteStore.open({ path: file('tasks.db') });
    other.exec('COMMIT');
    await (await opening).close();
  });
});

describe('a call that cannot be done', () => {
  const file = temporaryFolder();

  it('leaves nothing behind, and spoils none of those beside it', async () => {
    const path = file('tasks.db');
    const store = await SqliteStore.open({ path });
    const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
    const answers = await Promise.allSettled([
      create(store, 1, 'first'),
      // No JSON: the monitor would not let it through.
      create(store, 2, 5n as unknown as string),
      create(store, 3, 'third'),
    ]);
    expect(answers).toMatchObject([
      { status: 'fulfilled', value: { outcome: 'applied', task: { number: 1 } } },
      { status: 'rejected', reason: { name: 'TypeError' } },
      { status: 'fulfilled', value: { outcome: 'applied', task: { number: 2 } } },
    ]);
    const other = await SqliteStore.open({ path });
    for (const instance of [store, other]) {
      expect(await instance.get('task-1')).toMatchObject({ metadata: { text: 'first' } });
      expect(await instance.get('task-2')).toBeNull();
      expect(await instance.get('task-3')).toMatchObject({ metadata: { text: 'third' } });
      expect(await instance.counts({ type: 'ingest' })).toMatchObject({ pending: 2 });
      const { changes } = await instance.changesAfter(position, { limit: 10, waitMs: 0 });
      expect(changes).toMatchObject([{ task: { id: 'task-1' } }, { task: { id: 'task-3' } }]);
    }
    await other.close();
    await store.close();
  });
});

describe('a number that was taken back', () => {
  const file = temporaryFolder();

  it('goes to the task of another process, and nobody takes the one for the other', async () => {
    const path = file('tasks.db');
    const [store, other] = [await SqliteStore.open({ path }), await SqliteStore.open({ path })];
    const answers = Promise.allSettled([
      create(store, 1, 'first'),
      create(store, 2, 5n as unknown as string),
    ]);
    // The transaction of both has failed by now; each is tried alone in the next turn of the event loop.
    await Promise.resolve();
    expect(await create(other, 3, 'third')).toMatchObject({ task: { number: 1 } });
    expect(await answers).toMatchObject([{ value: { task: { number: 2 } } }, {}]);
    expect(await store.get('task-3')).toMatchObject({ number: 1, metadata: { text: 'third' } });
    await other.close();
    await store.close();
  });
});

function create(store: SqliteStore, sequence: number, text = 'any'): Promise<CreateResult> {
  return store.create({
    task: aTask(`task-${sequence}`, { metadata: { text } }),
    idempotencyKey: null,
    operation: { writer: 'monitor-1', sequence },
  });
}

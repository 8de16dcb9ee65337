import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';
import { aNewTask, CREATED_AT } from './writes.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

it('is either renewed or taken away with all its tasks, when both are tried at once', async () => {
  const { store, another, advanceLeaseClock, dispose } = await openThrowawayStore(server);
  const other = await another();
  const outcomes = { held: 0, lost: 0 };
  for (let round = 1; round <= 60; round++) {
    const owner = { id: `owner-${round}`, host: 'ingest-3', pid: 4711 };
    const lease = { owner, bootId: 'boot-7', pidStart: '1', durationMs: 10_000 };
    const expire = (sequence: number) =>
      other.expireLeases({
        dead: [],
        expired: true,
        gapMs: 16_000,
        graceMs: 30_000,
        error: { code: 'ORPHANED', message: 'gone', name: null, stack: null },
        endedBy: { cause: 'orphaned', monitor: 'monitor-2' },
        at: CREATED_AT + 60_000,
        limit: 2,
        operation: { writer: 'monitor-2', sequence },
      });
    await store.renewLease({ ...lease, renew: false });
    for (const name of ['a', 'b', 'c']) {
      await store.create({
        task: aNewTask({ id: `task-${round}-${name}`, owner }),
        idempotencyKey: null,
        operation: { writer: `monitor-${round}-${name}`, sequence: 1 },
      });
    }
    await expire(2 * round);
    await advanceLeaseClock(12_000);
    const renewal = store.renewLease({ ...lease, renew: true });
    // A little later each round, so that either may come first.
    for (let turn = 0; turn < round % 20; turn++)
      await new Promise<void>((resolve) => setImmediate(resolve));
    const [{ outcome }, { tasks, more }] = await Promise.all([renewal, expire(2 * round + 1)]);
    outcomes[outcome]++;
    expect([outcome, tasks.length, more]).toEqual(
      outcome === 'held' ? ['held', 0, false] : ['lost', 2, true],
    );
    if (outcome === 'lost') expect((await expire(2 * round + 1)).tasks).toHaveLength(1);
    else await store.releaseLease(owner.id);
    if (outcome === 'held') await expire(2 * round);
  }
  expect(outcomes.held + outcomes.lost).toBe(60);
  await dispose();
}, 240_000);

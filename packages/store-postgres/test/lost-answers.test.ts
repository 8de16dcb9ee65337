import { PostgresServer } from './postgres-server.js';
import { TcpProxy } from './tcp-proxy.js';
import { openThrowawayStore, type ThrowawayStore } from './throwaway-store.js';
import { CREATED_AT, live, Writer } from './writes.js';

/** More than CI has time for: `LOST_ANSWERS=1000`. */
const ROUNDS = Number(process.env.LOST_ANSWERS ?? 60);

let server: PostgresServer;
let proxy: TcpProxy;
let opened: ThrowawayStore;

beforeAll(async () => {
  server = await PostgresServer.start();
});

beforeEach(async () => {
  proxy = await TcpProxy.to(server.port);
  opened = await openThrowawayStore(server, {
    connectionString: server.connectionString('postgres', proxy.port),
  });
});

afterEach(async () => {
  await opened.dispose();
  await proxy.close();
});

afterAll(() => server.dispose());

describe('an answer that is lost after the commit', () => {
  it('is found again: each write is done once, and answered', async () => {
    const { store } = opened;
    const start = (await store.changesAfter(null, { limit: 1, waitMs: 0 })).position;
    for (let round = 1; round <= ROUNDS; round++) {
      const ids = ['a', 'b', 'c'].map((name) => `task-${round}-${name}`);
      const writers = ids.map((id) => new Writer(store, `monitor-${id}`));
      // To one of the six writes of each, in turn.
      proxy.cutAnswerTo('apply_changes', 1 + (round % 6));
      const lives = ids.map(async (id, index) => {
        const writer = writers[index] as Writer;
        const answers = await live(writer, id);
        return [...answers, (await writer.remove(id)).outcome];
      });
      for (const answers of await Promise.all(lives)) {
        expect(answers.map((answer) => answer.replace('duplicate', 'applied'))).toEqual([
          'applied 1',
          'applied 2',
          'applied 3',
          'applied 4',
          'applied 5',
          'applied',
        ]);
      }
      expect(proxy.answersCut).toBe(round);
    }
    const { changes } = await store.changesAfter(start, { limit: 10_000, waitMs: 0 });
    expect(changes).toHaveLength(ROUNDS * 3 * 6);
    expect(await store.counts({})).toEqual({
      pending: 0,
      running: 0,
      completed: 0,
      failed: 0,
      cancelled: 0,
    });
  }, 240_000);

  it('tells again how many tasks were pruned, and removes no more', async () => {
    const { store } = opened;
    const writer = new Writer(store, 'monitor-1');
    for (const id of ['task-1', 'task-2', 'task-3']) await live(writer, id);
    proxy.cutAnswerTo('COMMIT');
    const request = {
      completedBefore: CREATED_AT + 10_000,
      keepFinished: Number.MAX_SAFE_INTEGER,
      filter: {},
      limit: 2,
    };
    expect(await store.prune({ ...request, operation: writer.operation() })).toEqual({
      removed: 2,
      more: true,
    });
    expect(proxy.answersCut).toBe(1);
    expect(await store.prune({ ...request, operation: writer.operation() })).toEqual({
      removed: 1,
      more: false,
    });
  });
});

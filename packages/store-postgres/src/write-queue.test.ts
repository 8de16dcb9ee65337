import { PostgresServer } from '../test/postgres-server.js';
import { openThrowawayStore } from '../test/throwaway-store.js';
import { aNewTask, live, Writer } from '../test/writes.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

describe('writes of the same moment', () => {
  it('are one transaction, however many they are', async () => {
    const { store, schema, dispose } = await openThrowawayStore(server);
    const ids = Array.from({ length: 400 }, (_, index) => `task-${index}`);
    const answers = await Promise.all(ids.map((id) => new Writer(store, `w-${id}`).create(id)));
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['applied']));
    const { rows } = await server.query(
      `SELECT count(DISTINCT xmin::text)::int AS transactions, count(*)::int AS tasks FROM ${schema}.tasks`,
    );
    expect(rows).toEqual([{ transactions: 1, tasks: 400 }]);
    await dispose();
  });

  it('each have their answer, whatever becomes of the others', async () => {
    const { store, dispose } = await openThrowawayStore(server);
    const [one, two] = [new Writer(store, 'one'), new Writer(store, 'two')];
    const answers = await Promise.all([
      one.create('task-1'),
      two.create('task-1'),
      one.start('task-1'),
      one.progress('task-1', 1),
      two.complete('task-2'),
      two.remove('task-1'),
      one.complete('task-1'),
      two.complete('task-1'),
    ]);
    expect(answers.map(({ outcome, task }) => `${outcome} ${task?.version ?? 0}`)).toEqual([
      'applied 1',
      'exists 1',
      'applied 2',
      'applied 3',
      'missing 0',
      'conflict 3',
      'applied 4',
      'conflict 4',
    ]);
    await dispose();
  });

  it('do not fail with one of them that the database refuses', async () => {
    const { store, dispose } = await openThrowawayStore(server);
    const good = new Writer(store, 'good');
    // Longer than an index takes: a monitor lets nobody ask for that.
    const type = Array.from({ length: 20_000 }, () => Math.random().toString(36)).join('');
    const bad = store.create({
      task: aNewTask({ id: 'bad', type }),
      idempotencyKey: null,
      operation: { writer: 'bad', sequence: 1 },
    });
    const lives = [live(good, 'task-1'), live(new Writer(store, 'other'), 'task-2')];
    await expect(bad).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { sqlState: '54000' },
    });
    const lived = ['applied 1', 'applied 2', 'applied 3', 'applied 4', 'applied 5'];
    expect(await Promise.all(lives)).toEqual([lived, lived]);
    await dispose();
  });

  it('remember the last 1,000 writes of a writer', async () => {
    const { store, another, dispose } = await openThrowawayStore(server);
    const first = { writer: 'monitor-1', sequence: 1 };
    await store.create({ task: aNewTask(), idempotencyKey: null, operation: first });
    const write = (sequence: number, on = store) =>
      on.requestCancel(`task-${sequence}`, {
        cancel: {
          requestedAt: 1,
          reason: null,
          requestedBy: null,
          acknowledgedAt: null,
          forced: false,
        },
        operation: { writer: 'monitor-1', sequence },
      });
    const create = (sequence: number, on = store) =>
      on.create({
        task: aNewTask({ id: `task-${sequence}` }),
        idempotencyKey: null,
        operation: { writer: 'monitor-1', sequence },
      });
    await Promise.all(Array.from({ length: 1_800 }, (_, index) => create(index + 2)));
    const other = await another();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => create(index + 802, other)),
    );
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['duplicate']));
    expect((await create(1_802, other)).outcome).toBe('applied');
    expect((await write(1_803)).outcome).toBe('missing');
    await dispose();
  });
});

import type { PostgresStore } from '../src/index.js';
import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore, type ThrowawayStore } from './throwaway-store.js';
import { live, Writer } from './writes.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
}, 120_000);

afterAll(() => server.dispose());

describe('tables of a version that has no `apply_changes`', () => {
  it('are brought up to date by whoever opens them, with their tasks', async () => {
    const { store, schema, another, dispose } = await openThrowawayStore(server);
    await live(new Writer(store, 'monitor-1'), 'task-1');
    await store.close();
    await server.query(
      `DO $$ BEGIN
         EXECUTE (SELECT 'DROP FUNCTION ' || oid::regprocedure FROM pg_proc
           WHERE proname = 'apply_changes' AND pronamespace = '${schema}'::regnamespace);
       END $$;
       DELETE FROM ${schema}.migrations WHERE number > 3`,
    );
    const opened = await another();
    expect((await opened.get('task-1'))?.status).toBe('completed');
    expect(await live(new Writer(opened, 'monitor-2'), 'task-2')).toContain('applied 5');
    await dispose();
  });
});

describe('a process of an earlier version', () => {
  let opened: ThrowawayStore;
  let store: PostgresStore;

  beforeAll(async () => {
    opened = await openThrowawayStore(server);
    ({ store } = opened);
  });

  afterAll(() => opened.dispose());

  /** As it starts a task that waits in its first version. */
  async function startedByIt(id: string): Promise<unknown> {
    const known = [{ id, number: (await store.get(id))?.number, version: 1 }];
    const change = {
      n: 1,
      type: 'task.started',
      ...known[0],
      version: 2,
      status: 'running',
      state: { startedAt: 1 },
      last: true,
      cancel_requested: false,
      output_lines: 0,
      output_bytes: 0,
    };
    const operation = { writer: 'old', slot: 0, block: 0, asked: 2, done: 2 };
    const counted = { kind: 'all', key: '', pending: -1, running: 1 };
    const counters = { ...counted, completed: 0, failed: 0, cancelled: 0 };
    const { rows } = await server.query(
      `SELECT ${opened.schema}.apply_writes($1, '[]', $2, 1, $3, 0, '[]', '[]', '[]', '[]', $4, 1000, 100, 1000) AS answer`,
      [known, [operation], [change], [counters]].map((value) => JSON.stringify(value)),
    );
    return (rows[0] as { answer: unknown }).answer;
  }

  it('writes beside this one, and each sees what the other wrote', async () => {
    const writer = new Writer(store, 'new');
    await writer.create('task-1');
    const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
    expect(await startedByIt('task-1')).toMatchObject({ position: 2 });
    expect(await store.counts({})).toMatchObject({ pending: 0, running: 1 });
    expect((await writer.start('task-1')).outcome).toBe('conflict');
    expect((await writer.complete('task-1')).outcome).toBe('applied');
    const { changes } = await store.changesAfter(position, { limit: 10, waitMs: 0 });
    expect(changes.map(({ type }) => type)).toEqual(['task.started', 'task.completed']);
  });
});

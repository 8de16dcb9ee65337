import type { Change } from '@task-monitor/core';
import { PostgresStore } from '../src/index.js';
import { PostgresServer } from './postgres-server.js';
import { Program } from './program.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

it('makes the tables once when twenty open an empty database at once', async () => {
  for (let round = 0; round < 5; round++) {
    const connectionString = server.connectionString(await server.createDatabase());
    const opening = Array.from({ length: 20 }, () =>
      PostgresStore.open({ connectionString, maxConnections: 1 }),
    );
    const stores = await Promise.all(opening);
    expect(await stores[7]?.counts({})).toMatchObject({ pending: 0 });
    await Promise.all(stores.map((store) => store.close()));
  }
}, 240_000);

it('makes the tables once, and tells every change once and in order, when processes do so', async () => {
  const program = new Program(`
    import { PostgresStore } from '../src/index.ts';
    import { live, Writer } from './writes.ts';
    const [connectionString, name] = process.argv.slice(2);
    const store = await PostgresStore.open({ connectionString });
    const lives = [];
    for (let task = 0; task < 30; task++)
      lives.push(live(new Writer(store, name + '-' + task), name + '-' + task));
    const answers = await Promise.all(lives);
    console.log(JSON.stringify([...new Set(answers.map(String))]));
    // It is not closed: neither its connections nor its timers may keep the process alive.
  `);
  try {
    const connectionString = server.connectionString(await server.createDatabase());
    const names = ['one', 'two', 'three', 'four', 'five', 'six'];
    const printed = await Promise.all(names.map((name) => program.run(connectionString, name)));
    for (const text of printed)
      expect(JSON.parse(text)).toEqual(['applied 1,applied 2,applied 3,applied 4,applied 5']);
    const store = await PostgresStore.open({ connectionString });
    const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
    const start = position.replace(/\d+$/, '0');
    const { changes } = await store.changesAfter(start, { limit: 10_000, waitMs: 0 });
    expect(changes).toHaveLength(6 * 30 * 5);
    expect(changes.map((change) => change.position)).toEqual(
      changes.map((_, index) => start.replace(/0$/, String(index + 1))),
    );
    expect(versionsInOrder(changes)).toBe(true);
    const numbers = changes.flatMap((change) =>
      change.type === 'task.registered' ? [change.task.number] : [],
    );
    expect(numbers).toEqual(Array.from({ length: 180 }, (_, index) => index + 1));
    expect(await store.counts({ type: 'ingest' })).toMatchObject({ completed: 180, running: 0 });
    await store.close();
  } finally {
    program.dispose();
  }
}, 240_000);

it('misses no change while two write and a third reads', async () => {
  const connectionString = server.connectionString(await server.createDatabase());
  const reader = await PostgresStore.open({ connectionString });
  let { position } = await reader.changesAfter(null, { limit: 1, waitMs: 0 });
  const program = new Program(`
    import { PostgresStore } from '../src/index.ts';
    import { live, Writer } from './writes.ts';
    const [connectionString, name] = process.argv.slice(2);
    const store = await PostgresStore.open({ connectionString });
    for (let round = 0; round < 40; round++)
      await Promise.all(['a', 'b', 'c'].map((task) => {
        const id = [name, round, task].join('-');
        return live(new Writer(store, id), id);
      }));
    await store.close();
  `);
  try {
    const writing = Promise.all(['one', 'two'].map((name) => program.run(connectionString, name)));
    const seen: Change[] = [];
    while (seen.length < 2 * 40 * 3 * 5) {
      const page = await reader.changesAfter(position, { limit: 7, waitMs: 10_000 });
      expect(page.reset).toBe(false);
      seen.push(...page.changes);
      position = page.position;
    }
    await writing;
    expect(versionsInOrder(seen)).toBe(true);
    expect((await reader.changesAfter(position, { limit: 1, waitMs: 0 })).changes).toEqual([]);
  } finally {
    program.dispose();
    await reader.close();
  }
}, 240_000);

/** Whether the versions of every task are told from 1 on, without a gap. */
function versionsInOrder(changes: readonly Change[]): boolean {
  const versions = new Map<string, number>();
  return changes.every((change) => {
    if (change.type === 'task.removed') return false;
    const { id, version } = change.task;
    const before = versions.get(id) ?? 0;
    versions.set(id, version);
    return version === before + 1;
  });
}

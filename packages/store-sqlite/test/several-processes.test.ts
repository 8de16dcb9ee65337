import { SqliteStore } from '../src/index.js';
import { buildProgram, RunningProgram } from './program.js';
import { temporaryFolder } from './temporary-folder.js';

describe('processes that share a file', () => {
  const file = temporaryFolder();
  let writer = '';
  let reader = '';
  beforeAll(() => {
    writer = buildProgram('writer');
    reader = buildProgram('reader');
  });

  it('are told of the writes of all, in one order', async () => {
    const path = file('tasks.db');
    const readers = [1, 2].map(() => new RunningProgram(reader, [path, '400']));
    for (const program of readers) await program.printed('ready');
    const writers = ['a', 'b'].map((name) => new RunningProgram(writer, [path, name, '50', '5']));
    for (const program of writers) await program.output();
    const [[, ...first], [, ...second]] = (await Promise.all(
      readers.map((program) => program.output()),
    )) as [readonly string[], readonly string[]];
    expect(first).toEqual(second);
    expect(first).toHaveLength(400);
    for (const name of ['a', 'b'])
      for (let task = 1; task <= 50; task++)
        expect(first.filter((line) => line.startsWith(`${name}-${task} `))).toEqual(
          ['registered', 'started', 'progress', 'completed'].map(
            (type) => `${name}-${task} ${type}`,
          ),
        );
  });

  it('lose nothing, and meet no locked database, when four write a thousand times each', async () => {
    const path = file('tasks.db');
    const names = ['a', 'b', 'c', 'd'];
    const writers = names.map(
      (name, index) =>
        new RunningProgram(writer, [path, name, '250', index % 2 === 0 ? '1' : '10', 'quiet']),
    );
    for (const program of writers) expect(await program.output()).toEqual(['done']);
    const store = await SqliteStore.open({ path });
    expect(await store.counts({ tag: 'nightly' })).toEqual({
      pending: 0,
      running: 0,
      completed: 1_000,
      failed: 0,
      cancelled: 0,
    });
    const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
    expect(position).toMatch(/\.4000$/);
    const numbers = new Set<number>();
    for (const name of names) {
      for (let task = 1; task <= 250; task++) {
        const stored = await store.get(`${name}-${task}`);
        expect(stored).toMatchObject({
          version: 4,
          status: 'completed',
          metadata: { writer: name },
        });
        numbers.add(stored?.number ?? 0);
      }
    }
    expect([Math.min(...numbers), Math.max(...numbers), numbers.size]).toEqual([1, 1_000, 1_000]);
    await store.close();
  }, 400_000);
});

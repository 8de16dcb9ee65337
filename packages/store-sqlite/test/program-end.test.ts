import { existsSync } from 'node:fs';
import { SqliteStore } from '../src/index.js';
import { buildProgram, RunningProgram } from './program.js';
import { temporaryFolder } from './temporary-folder.js';

describe('a process with an open store', () => {
  const file = temporaryFolder();

  it('ends by itself at once, also while somebody waits for changes', async () => {
    const program = new RunningProgram(buildProgram('never-closes'), [file('tasks.db')]);
    const [afterlife] = await program.output();
    expect(Number(afterlife)).toBeLessThan(4_500);
  });

  it('has nothing open any more when it closed it, and no log is left', async () => {
    const program = new RunningProgram(buildProgram('opens-and-closes'), [file('tasks.db')]);
    expect(await program.output()).toEqual(['[]', '[]']);
    for (const suffix of ['-wal', '-shm'])
      expect(existsSync(file(`tasks.db${suffix}`))).toBe(false);
  });

  it('is closed with all that was asked for before', async () => {
    const path = file('tasks.db');
    const store = await SqliteStore.open({ path });
    const renewed = store.renewLease({
      owner: { id: 'owner-1', host: 'ingest-3', pid: 4711 },
      bootId: 'boot-1',
      pidStart: '1',
      durationMs: 30_000,
      renew: false,
    });
    await store.close();
    expect(await renewed).toMatchObject({ outcome: 'held' });
  });
});

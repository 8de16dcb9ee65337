import { SqliteStore } from '../src/index.js';
import { integrityOf } from './integrity.js';
import { buildProgram, RunningProgram } from './program.js';
import { temporaryFolder } from './temporary-folder.js';

/** More than CI has time for: `KILLS=1000`. */
const ROUNDS = Number(process.env.KILLS ?? 20);

const VERSIONS: Readonly<Record<string, number>> = {
  registered: 1,
  started: 2,
  progress: 3,
  completed: 4,
};

describe('a process that is killed while it writes', () => {
  const file = temporaryFolder();
  let writer = '';
  beforeAll(() => {
    writer = buildProgram('writer');
  });

  it(`leaves every write that was answered, and a sound file: ${ROUNDS} times on one file`, async () => {
    const path = file('tasks.db');
    for (let round = 1; round <= ROUNDS; round++) {
      const program = new RunningProgram(writer, [path, `r${round}`, '1000000', '8']);
      // Each time somewhere else, and a little later than this line: the program goes on writing.
      await program.printed(`r${round}-${1 + ((round * 7) % 60)} started`);
      program.kill();
      await program.ended;
      expect(await integrityOf(path)).toBe('ok');
      const answered = new Map<string, number>();
      for (const line of program.lines) {
        const [id = '', what = ''] = line.split(' ');
        answered.set(id, VERSIONS[what] ?? 0);
      }
      expect(answered.size).toBeGreaterThan(0);
      const store = await SqliteStore.open({ path });
      for (const [id, version] of answered)
        expect((await store.get(id))?.version ?? 0).toBeGreaterThanOrEqual(version);
      await expectCountsOfList(store);
      await store.close();
    }
  }, 900_000);
});

/** The counters are written apart from the tasks: they have to be of the same moment. */
async function expectCountsOfList(store: SqliteStore): Promise<void> {
  const counts = await store.counts({ type: 'ingest' });
  const listed = { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  for (let after: number | null = null, more = true; more;) {
    const page = await store.list({ filter: {}, order: 'oldest', after, limit: 1_000 });
    for (const task of page.tasks) listed[task.status]++;
    after = page.tasks[page.tasks.length - 1]?.number ?? null;
    more = page.more;
  }
  expect(counts).toEqual(listed);
}

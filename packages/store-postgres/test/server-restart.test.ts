import { PostgresServer } from './postgres-server.js';
import { openThrowawayStore } from './throwaway-store.js';
import { tillThere, until } from './until.js';
import { Writer } from './writes.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});

afterAll(() => server.dispose());

const WAYS: Readonly<Record<string, () => Promise<void>>> = {
  'is shut down': () => server.stop('fast'),
  'is shut down at once': () => server.stop('immediate'),
  'is killed': () => server.kill(),
};

for (const [name, end] of Object.entries(WAYS)) {
  it(`loses nothing that was acknowledged when the server ${name}, and goes on with the next`, async () => {
    const { store, dispose } = await openThrowawayStore(server);
    const acknowledged = new Map<string, number>();
    let stopped = false;
    const writing = Array.from({ length: 10 }, async (_, index) => {
      const writer = new Writer(store, `monitor-${index}`);
      const id = `task-${index}`;
      const note = (task: { version: number } | null): void => {
        acknowledged.set(id, task?.version ?? 0);
      };
      note((await writer.create(id)).task);
      note((await writer.start(id)).task);
      for (let current = 1; !stopped; current++) {
        // A server may take longer to start than the 5 s that a call waits for it.
        const operation = writer.operation();
        const { outcome, task } = await tillThere(() =>
          store.progress(id, { update: { current }, at: 0, owner: null, operation }),
        );
        expect(['applied', 'duplicate']).toContain(outcome);
        expect(task).toMatchObject({ version: current + 2, progress: { current } });
        note(task);
      }
    });
    for (let round = 0; round < 3; round++) {
      const before = [...acknowledged.values()];
      await until(() =>
        [...acknowledged.values()].every((version, i) => version > (before[i] ?? 3)),
      );
      await until(() => acknowledged.size === 10);
      await end();
      await server.start();
    }
    stopped = true;
    await Promise.all(writing);
    for (const [id, version] of acknowledged)
      expect(await store.get(id)).toMatchObject({ version, progress: { current: version - 2 } });
    await dispose();
  }, 240_000);
}

import { SqliteStore } from '../src/index.js';
import { aTask, fill } from './fill.js';
import { onFile } from './integrity.js';
import { temporaryFolder } from './temporary-folder.js';

describe('audit of a file', () => {
  const at = temporaryFolder();

  it('sees one state, whoever writes between its steps', async () => {
    await fill(at('tasks.db'), 5_000);
    const store = await SqliteStore.open({ path: at('tasks.db'), synchronous: 'normal' });
    const audit = store.audit();
    const operation = { writer: 'monitor-1', sequence: 9_001 };
    await store.create({ task: aTask('later-1'), idempotencyKey: null, operation });
    const { counted, recounted } = await audit;
    expect(counted).toMatchObject({ pending: 5_000 });
    expect(recounted).toEqual(counted);
    expect((await store.audit()).recounted).toMatchObject({ pending: 5_001 });
    await store.close();
  });

  it('finds a counter that is wrong', async () => {
    await fill(at('tasks.db'), 10);
    await onFile(at('tasks.db'), (connection) =>
      connection.exec("UPDATE counters SET pending = 12, failed = 1 WHERE kind = 'all'"),
    );
    const store = await SqliteStore.open({ path: at('tasks.db') });
    const { counted, recounted } = await store.audit();
    expect([counted, recounted]).toMatchObject([
      { pending: 12, failed: 1 },
      { pending: 10, failed: 0 },
    ]);
    await store.close();
  });

  it('ends when the store is closed', async () => {
    await fill(at('tasks.db'), 5_000);
    const store = await SqliteStore.open({ path: at('tasks.db') });
    const audit = store.audit();
    await store.close();
    await expect(audit).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

import { appendFileSync, closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TaskMonitor } from '@task-monitor/core';
import { openBackend, postgresBackend } from './backend.js';
import { openTarget } from './target.js';

describe('what an engine finds wrong with a database', () => {
  it('is nothing in a sound file of SQLite, and told of a damaged one', async () => {
    const backend = await openBackend('sqlite');
    try {
      const target = await backend.createDatabase();
      await fill(target);
      expect(await backend.integrityOf(target)).toBe('ok');
      damage(target.slice('sqlite:'.length));
      expect(await backend.integrityOf(target)).not.toBe('ok');
    } finally {
      await backend.dispose();
    }
  });

  it('is nothing in a sound database of PostgreSQL, and told of a damaged one', async () => {
    const backend = await postgresBackend();
    const { server } = backend;
    try {
      const target = await backend.createDatabase();
      await fill(target);
      expect(await backend.integrityOf(target)).toBe('ok');
      const database = new URL(target).pathname.slice(1);
      const { rows } = await server.query(
        "SELECT current_setting('data_directory') AS folder, pg_relation_filepath('task_monitor.tasks') AS file",
        [],
        database,
      );
      const { folder, file } = rows[0] as { readonly folder: string; readonly file: string };
      await server.stop();
      damage(join(folder, file));
      await server.start();
      expect(await backend.integrityOf(target)).not.toBe('ok');
    } finally {
      await backend.dispose();
    }
  }, 300_000);
});

describe('a text that was planted', () => {
  it('is found in a file of SQLite, and in its log of writes', async () => {
    const backend = await openBackend('sqlite');
    try {
      const target = await backend.createDatabase();
      const file = target.slice('sqlite:'.length);
      await fill(target);
      expect(await backend.filesWith(target, 'token=CANARY')).toEqual([]);
      await fill(target, 'token=CANARY');
      expect(await backend.filesWith(target, 'token=CANARY')).toEqual([file]);
      appendFileSync(`${file}-wal`, 'token=CANARY');
      expect(await backend.filesWith(target, 'token=CANARY')).toEqual([file, `${file}-wal`]);
    } finally {
      await backend.dispose();
    }
  });

  it('is found in the write-ahead log of PostgreSQL, and later in its tables', async () => {
    const backend = await postgresBackend();
    const { server } = backend;
    try {
      const target = await backend.createDatabase();
      await fill(target);
      expect(await backend.filesWith(target, 'token=CANARY')).toEqual([]);
      await fill(target, 'token=CANARY');
      const log = [expect.stringContaining('/pg_wal/')];
      expect(await backend.filesWith(target, 'token=CANARY')).toEqual(log);
      await server.query('CHECKPOINT');
      const tables = expect.stringContaining('/base/') as unknown;
      expect(await backend.filesWith(target, 'token=CANARY')).toContainEqual(tables);
    } finally {
      await backend.dispose();
    }
  }, 300_000);
});

async function fill(target: string, name = 'x'.repeat(200)): Promise<void> {
  const store = await openTarget(target);
  const monitor = new TaskMonitor({ store, retention: false, redact: false });
  for (let count = 0; count < 100; count++) await monitor.register({ name });
  await monitor.close();
}

/** Writes over all but the beginning. */
function damage(path: string): void {
  const file = openSync(path, 'r+');
  const { size } = fstatSync(file);
  writeSync(file, Buffer.alloc(size >> 1, 0x5a), 0, size >> 1, size >> 2);
  closeSync(file);
}

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isTaskMonitorError } from '@task-monitor/core';
import { SqliteStore } from '../src/index.js';
import { aTask, fill } from './fill.js';
import { onFile } from './integrity.js';
import { buildProgram } from './program.js';
import { temporaryFolder } from './temporary-folder.js';

describe('a file that is no store', () => {
  const file = temporaryFolder();

  it('is refused and left as it is when it is no database', async () => {
    const path = file('notes.txt');
    writeFileSync(path, 'Remember the milk.\n'.repeat(100));
    await expect(SqliteStore.open({ path })).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: `${path}: This file is no SQLite database. It is left as it is (SQLITE_NOTADB).`,
    });
    expect(readFileSync(path, 'utf8')).toBe('Remember the milk.\n'.repeat(100));
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('is refused and left as it is when it is the database of another program', async () => {
    const path = file('browser.db');
    await onFile(path, (connection) => connection.exec('CREATE TABLE bookmarks (url TEXT)'));
    const before = readFileSync(path);
    await expect(SqliteStore.open({ path })).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining('belongs to another program'),
    });
    expect(readFileSync(path)).toEqual(before);
  });

  it('becomes one when it is empty: to SQLite that is a new database', async () => {
    const path = file('tasks.db');
    writeFileSync(path, '');
    const store = await SqliteStore.open({ path });
    expect(await store.counts({})).toMatchObject({ pending: 0 });
    await store.close();
  });

  it.each([
    ['missing', (path: string) => rmSync(path)],
    ['empty', (path: string) => truncateSync(path, 0)],
  ])(
    'is refused when it is %s beside a log with tasks, which SQLite would delete',
    async (what, spoil) => {
      const path = file('tasks.db');
      const store = await SqliteStore.open({ path });
      await store.create({
        task: aTask('task-1'),
        idempotencyKey: null,
        operation: { writer: 'monitor-1', sequence: 1 },
      });
      const moved = file('moved.db');
      for (const suffix of ['', '-wal']) copyFileSync(path + suffix, moved + suffix);
      await store.close();
      const pages = readFileSync(moved);
      const log = readFileSync(`${moved}-wal`);
      spoil(moved);
      await expect(SqliteStore.open({ path: moved })).rejects.toMatchObject({
        code: 'STORE_CORRUPT',
        message: expect.stringContaining(`The file is ${what}, but its log ${moved}-wal holds`),
        details: { path: moved },
      });
      expect(readFileSync(`${moved}-wal`)).toEqual(log);
      // With its file, the log gives back what was answered.
      writeFileSync(moved, pages);
      const restored = await SqliteStore.open({ path: moved });
      expect(await restored.get('task-1')).toMatchObject({ id: 'task-1', status: 'pending' });
      await restored.close();
    },
  );

  it.each([
    ['version', 'PRAGMA user_version = 0'],
    ['name', 'DELETE FROM store'],
    ['name and its table', 'DROP TABLE store'],
  ])('is never taken for a new one when its %s is missing', async (_, spoil) => {
    const path = file('tasks.db');
    await fill(path, 3);
    await onFile(path, (connection) => connection.exec(spoil));
    const before = readFileSync(path);
    await expect(SqliteStore.open({ path })).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: `${path}: This file is a store of tasks, but lacks what tells its version or its name: part of it was deleted. It is left as it is: restore a backup, or give another path to begin anew.`,
      details: { path },
    });
    expect(readFileSync(path)).toEqual(before);
    const left = await onFile(path, (connection) => connection.all('SELECT id FROM tasks'));
    expect(left).toHaveLength(3);
  });

  it('is refused when a newer version of this package made it', async () => {
    const path = file('tasks.db');
    await (await SqliteStore.open({ path })).close();
    await onFile(path, (connection) =>
      connection.exec('PRAGMA user_version = 2; UPDATE store SET readable_since = 2'),
    );
    await expect(SqliteStore.open({ path })).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining('Update the package'),
    });
  });

  it('is taken when a newer version made it that this one can still work with', async () => {
    const path = file('tasks.db');
    await (await SqliteStore.open({ path })).close();
    await onFile(path, (connection) => connection.exec('PRAGMA user_version = 2'));
    const store = await SqliteStore.open({ path });
    expect(await store.get('task-1')).toBeNull();
    await store.close();
    const [row] = await onFile(path, (connection) => connection.all('PRAGMA user_version'));
    expect(row).toEqual({ user_version: 2 });
  });
});

describe('a damaged store', () => {
  const file = temporaryFolder();

  it('is read as far as it can be, then STORE_CORRUPT, and never begun anew, wherever bytes were changed', async () => {
    const original = file('original.db');
    await fill(original, 300);
    const uuid = await uuidOf(original);
    const bytes = readFileSync(original);
    const path = file('tasks.db');
    let refused = 0;
    for (let round = 0; round < 60; round++) {
      const damaged = Buffer.from(bytes);
      const from = Math.floor((bytes.length / 60) * round);
      for (let offset = 0; offset < 2_000; offset++)
        damaged[(from + offset) % bytes.length] = (offset * 7 + round) % 256;
      writeFileSync(path, damaged);
      const codes = await everyCodeOf(path);
      if (codes.size > 0) refused++;
      for (const code of codes) expect(code).toBe('STORE_CORRUPT');
      expect([uuid, 'STORE_CORRUPT']).toContain(await uuidOf(path));
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    }
    expect(refused).toBeGreaterThan(30);
  });

  it('is refused when its end was cut off', async () => {
    const path = file('tasks.db');
    await fill(path, 300);
    truncateSync(path, 20_000);
    expect(await everyCodeOf(path)).toEqual(new Set(['STORE_CORRUPT']));
    expect(readFileSync(path)).toHaveLength(20_000);
  });
});

describe('a path that cannot be written', () => {
  const file = temporaryFolder();

  it('names a folder that is not there, and how to make it', async () => {
    const path = file('missing/tasks.db');
    await expect(SqliteStore.open({ path })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: `Cannot open ${path}: there is no folder ${dirname(path)}. Create it first: mkdir -p ${dirname(path)}.`,
    });
  });

  it('says that a folder is no file', async () => {
    mkdirSync(file('tasks.db'));
    await expect(SqliteStore.open({ path: file('tasks.db') })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('it is no file'),
    });
  });

  it('says what is wrong with what stands before the file, or with its name', async () => {
    writeFileSync(file('notes'), '');
    symlinkSync('circle', file('circle'));
    for (const [name, why] of [
      ['notes/tasks.db', 'a part of the path that should be a folder is a file'],
      ['circle/tasks.db', 'a folder of it is a link that leads in a circle'],
      ['x'.repeat(300), 'the name is longer than the file system takes'],
    ] as const)
      await expect(SqliteStore.open({ path: file(name) })).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringContaining(`Cannot open ${file(name)}: ${why}`),
        details: { path: file(name) },
      });
  });

  it('says which right is missing to the folder, or to the file', async () => {
    const program = buildProgram('opens');
    const folder = file('');
    mkdirSync(file('locked'));
    const locked = file('locked/tasks.db');
    await fill(locked, 1);
    chmodSync(file('locked'), 0o555);
    mkdirSync(file('closed'));
    const closed = file('closed/tasks.db');
    await fill(closed, 1);
    chmodSync(file('closed'), 0o600);
    const readOnly = file('tasks.db');
    await fill(readOnly, 1);
    chmodSync(readOnly, 0o444);
    chmodSync(folder, 0o777);
    expect(openedByNobody(program, locked)).toContain('may not write to the folder');
    expect(openedByNobody(program, closed)).toContain('may not look into its folder');
    expect(openedByNobody(program, readOnly)).toContain('may not read and write it');
    for (const name of ['locked', 'closed']) chmodSync(file(name), 0o755);
  });
});

describe('a file that is gone while it is open', () => {
  const file = temporaryFolder();

  it.each([
    ['deleted', (path: string) => rmSync(path)],
    [
      'replaced by another',
      (path: string) => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ],
  ])(
    'is noticed within seconds when it was %s, and nothing is answered from then on',
    async (_, spoil) => {
      const path = file('tasks.db');
      const store = await SqliteStore.open({ path });
      spoil(path);
      const startedAt = performance.now();
      let code: unknown = null;
      for (let sequence = 1; code === null; sequence++) {
        code = await store
          .create({
            task: aTask(`task-${sequence}`),
            idempotencyKey: null,
            operation: { writer: 'monitor-1', sequence },
          })
          .then(() => null)
          .catch((error: unknown) => (isTaskMonitorError(error) ? error.code : error));
      }
      expect(code).toBe('STORE_CORRUPT');
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      await expect(store.get('task-1')).rejects.toMatchObject({
        code: 'STORE_CORRUPT',
        message: expect.stringContaining('deleted or replaced'),
      });
      await store.close();
    },
  );
});

/** What all that can be asked of the store at a path fails with. */
async function everyCodeOf(path: string): Promise<Set<unknown>> {
  const codes = new Set<unknown>();
  const tell = (error: unknown): void => {
    codes.add(isTaskMonitorError(error) ? error.code : error);
  };
  const store = await SqliteStore.open({ path }).catch(tell);
  if (store === undefined) return codes;
  for (let task = 1; task <= 300; task++) await store.get(`task-${task}`).catch(tell);
  await store.list({ filter: {}, order: 'newest', after: null, limit: 1_000 }).catch(tell);
  await store.counts({ type: 'ingest' }).catch(tell);
  await store
    .create({
      task: aTask('one-more'),
      idempotencyKey: null,
      operation: { writer: 'monitor-2', sequence: 1 },
    })
    .catch(tell);
  await store.close().catch(tell);
  return codes;
}

async function uuidOf(path: string): Promise<string> {
  try {
    const store = await SqliteStore.open({ path });
    const { position } = await store.changesAfter(null, { limit: 1, waitMs: 0 });
    await store.close();
    return position.split('.')[0] ?? '';
  } catch (error) {
    return isTaskMonitorError(error) ? error.code : String(error);
  }
}

/** Answers with what the store complained of. */
function openedByNobody(program: string, path: string): string {
  return execFileSync(process.execPath, [program, path], { encoding: 'utf8', stdio: 'pipe' });
}

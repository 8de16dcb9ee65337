import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MemoryStore } from '@task-monitor/core';
import { SqliteStore } from '@task-monitor/store-sqlite';
import { openTaskStore } from './task-store.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rag-task-store-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const example = fileURLToPath(new URL('..', import.meta.url));
const hasOwnSqlite = 'getBuiltinModule' in process && process.getBuiltinModule('node:sqlite');

async function refusal(setting: string): Promise<string> {
  const error: unknown = await openTaskStore(setting).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'SettingError' });
  return (error as Error).message;
}

describe('openTaskStore', () => {
  it('keeps tasks in memory', async () => {
    const { store, name } = await openTaskStore('memory');
    expect(store).toBeInstanceOf(MemoryStore);
    expect(name).toBe('memory: they are gone when this process ends');
  });

  it('keeps tasks in a SQLite file', async () => {
    const path = join(folder, 'tasks.db');
    const { store, name } = await openTaskStore(`sqlite:${path}`);
    expect(store).toBeInstanceOf(SqliteStore);
    expect(name).toBe(`SQLite, ${path}`);
    await store.close();
    expect(readdirSync(folder)).toEqual(['tasks.db']);
  });

  it.each([
    ['Memory', 'got "Memory"'],
    ['sqlite:', 'got "sqlite:"'],
    ['./tasks.db', 'got "./tasks.db"'],
    ['mysql://me:secret@host/tasks', 'got "mysql:…"'],
  ])('refuses %s', async (setting, got) => {
    expect(await refusal(setting)).toBe(
      `Expected TASK_STORE to be memory, sqlite:./tasks.db or postgres://user:password@host:5432/name, ${got}.`,
    );
  });

  it('says how a password is written where a URL cannot be read, and shows none of it', async () => {
    const message = await refusal('postgres://me:sec#ret@host/tasks');
    expect(message).toContain('got one that cannot be read');
    expect(message).toContain('%23');
    expect(message).not.toContain('ret@host');
  });

  it('says that a folder is missing', async () => {
    expect(await refusal(`sqlite:${folder}/none/tasks.db`)).toContain(
      `there is no folder ${folder}/none`,
    );
  });

  it('says which database it cannot reach, without user and password', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // Now nobody listens there.
    await once(server.close(), 'close');
    const message = await refusal(`postgres://me:secret@127.0.0.1:${port}/tasks`);
    expect(message).toContain(`127.0.0.1:${port}, database tasks`);
    expect(message).toContain('ECONNREFUSED');
    expect(message).not.toMatch(/secret|me:/);
  });

  (hasOwnSqlite ? it.skip : it)('says what installs the driver where there is none', () => {
    // The built program, beside all that it needs except the driver.
    cpSync(join(example, 'dist'), join(folder, 'dist'), { recursive: true });
    cpSync(join(example, 'package.json'), join(folder, 'package.json'));
    mkdirSync(join(folder, 'node_modules'));
    for (const name of readdirSync(join(example, 'node_modules')))
      if (name !== 'better-sqlite3' && !name.startsWith('.'))
        symlinkSync(join(example, 'node_modules', name), join(folder, 'node_modules', name));
    const { stderr, status } = spawnSync(process.execPath, [join(folder, 'dist/main.js')], {
      env: { ...process.env, TASK_STORE: `sqlite:${folder}/tasks.db` },
      encoding: 'utf8',
    });
    expect(stderr).toContain('better-sqlite3 is not installed');
    expect(stderr).toContain('or run: npm run build');
    expect(status).toBe(1);
  });
});

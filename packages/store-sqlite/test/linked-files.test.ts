import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { FileIdentity } from '../src/file-identity.js';
import { SqliteStore } from '../src/index.js';
import { LogSize } from '../src/log-size.js';
import { aTask } from './fill.js';
import { buildProgram } from './program.js';
import { temporaryFolder } from './temporary-folder.js';

describe('a path that is a link', () => {
  const at = temporaryFolder();

  const LINKS: Readonly<Record<string, () => string>> = {
    'to the file': () => {
      symlinkSync(at('disk/tasks.db'), at('link.db'));
      return at('link.db');
    },
    'to the file, relative': () => {
      symlinkSync('disk/tasks.db', at('link.db'));
      return at('link.db');
    },
    'to a link': () => {
      symlinkSync('disk/tasks.db', at('first.db'));
      symlinkSync('first.db', at('link.db'));
      return at('link.db');
    },
    'to the folder': () => {
      symlinkSync(at('disk'), at('folder'));
      return at('folder/tasks.db');
    },
  };

  for (const [name, link] of Object.entries(LINKS)) {
    describe(name, () => {
      let path = '';
      beforeEach(() => {
        mkdirSync(at('disk'));
        path = link();
      });

      it('leads to the file, which is made if there is none, and shared with those who name it directly', async () => {
        const store = await SqliteStore.open({ path });
        const direct = await SqliteStore.open({ path: at('disk/tasks.db') });
        await create(store, 1);
        await create(direct, 2);
        expect(await store.counts({})).toMatchObject({ pending: 2 });
        expect(await direct.get('task-1')).toMatchObject({ id: 'task-1' });
        expect(existsSync(at('disk/tasks.db-wal'))).toBe(true);
        expect(existsSync(`${at('link.db')}-wal`)).toBe(false);
        await store.close();
        await direct.close();
        const again = await SqliteStore.open({ path });
        expect(await again.counts({})).toMatchObject({ pending: 2 });
        await again.close();
      });

      it('is warned of when the log of the file is too large', () => {
        writeFileSync(at('disk/tasks.db'), 'x');
        const warnings: string[] = [];
        const size = new LogSize(path, (message) => warnings.push(message), 1_000);
        writeFileSync(at('disk/tasks.db-wal'), 'x'.repeat(2_000));
        size.check();
        expect(warnings).toEqual([expect.stringContaining('tasks.db-wal has grown')]);
      });

      it('is noticed when the file behind it is another one', async () => {
        const store = await SqliteStore.open({ path });
        await create(store, 1);
        const identity = new FileIdentity(path, 0);
        expect(identity.check()).toBe(true);
        renameSync(at('disk/tasks.db'), at('disk/moved.db'));
        writeFileSync(at('disk/tasks.db'), '');
        expect(() => identity.check()).toThrow('was deleted or replaced while it was open');
        rmSync(at('disk/tasks.db'));
        renameSync(at('disk/moved.db'), at('disk/tasks.db'));
        expect(identity.check()).toBe(true);
        await store.close();
        expect(statSync(path).size).toBeGreaterThan(0);
      });
    });
  }

  it('may be in a folder where nobody may write: the file and its log are elsewhere', () => {
    const program = buildProgram('opens');
    chmodSync(at(''), 0o777);
    mkdirSync(at('disk'));
    chmodSync(at('disk'), 0o777);
    mkdirSync(at('links'));
    symlinkSync(at('disk/tasks.db'), at('links/tasks.db'));
    chmodSync(at('links'), 0o555);
    const output = execFileSync(process.execPath, [program, at('links/tasks.db')], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(output).toContain('opened');
    chmodSync(at('links'), 0o755);
  });

  it.each([
    ['to a folder that is not there', 'missing/tasks.db', /there is no folder .*missing\. Create/],
    ['in a circle', 'link.db', /it is a link that leads in a circle/],
  ])('is refused when it leads %s', async (_, target, message) => {
    symlinkSync(target, at('link.db'));
    await expect(SqliteStore.open({ path: at('link.db') })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(message),
      details: { path: at('link.db') },
    });
  });

  it('is noticed when it leads elsewhere', () => {
    writeFileSync(at('one.db'), '');
    writeFileSync(at('other.db'), '');
    symlinkSync('one.db', at('link.db'));
    const identity = new FileIdentity(at('link.db'), 0);
    rmSync(at('link.db'));
    symlinkSync('other.db', at('link.db'));
    expect(() => identity.check()).toThrow('was deleted or replaced');
  });
});

async function create(store: SqliteStore, sequence: number): Promise<void> {
  await store.create({
    task: aTask(`task-${sequence}`),
    idempotencyKey: null,
    operation: { writer: `monitor-${sequence}`, sequence },
  });
}

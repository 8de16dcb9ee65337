import { existsSync, statSync } from 'node:fs';
import { integrityOf, onFile } from '../test/integrity.js';
import { migrated } from '../test/migrated.js';
import { buildProgram, RunningProgram } from '../test/program.js';
import { temporaryFolder } from '../test/temporary-folder.js';
import { SqliteStore } from './index.js';
import { migrate, refusalOf } from './migrate.js';

const SECOND = 'ALTER TABLE tasks ADD COLUMN priority INTEGER; UPDATE store SET readable_since = 2';

describe('migrate', () => {
  it('does what is missing, once, and keeps what is there', async () => {
    const connection = await migrated();
    const [store] = connection.all('SELECT uuid FROM store');
    const initial = schemaSql(connection);
    migrate(connection, 5, ['SELECT never', SECOND]);
    migrate(connection, 6, ['SELECT never', SECOND]);
    expect(connection.all('SELECT uuid FROM store')).toEqual([store]);
    expect(connection.get('PRAGMA user_version')).toMatchObject({ user_version: 2 });
    expect(schemaSql(connection)).not.toBe(initial);
    expect(refusalOf(connection, 2)).toBeNull();
    expect(refusalOf(connection, 1)).toBe('newer');
    connection.close();
  });

  it('takes all of it back when a part fails', async () => {
    const connection = await migrated();
    const before = schemaSql(connection);
    expect(() => migrate(connection, 5, ['SELECT never', SECOND, 'SELECT * FROM nowhere'])).toThrow(
      'nowhere',
    );
    expect(schemaSql(connection)).toBe(before);
    expect(connection.get('PRAGMA user_version')).toMatchObject({ user_version: 1 });
    connection.close();
  });

  describe('killed midway', () => {
    const file = temporaryFolder();

    it('leaves the file as it was, and the next one does it all', async () => {
      const path = file('tasks.db');
      const program = new RunningProgram(buildProgram('endless-migration'), [path]);
      await program.printed('begun');
      // It has written more than fits into memory, into the log and not yet for good.
      while (!existsSync(`${path}-wal`) || statSync(`${path}-wal`).size < 100_000)
        await new Promise((resolve) => setImmediate(resolve));
      program.kill();
      await program.ended;
      expect(await integrityOf(path)).toBe('ok');
      expect(await onFile(path, (c) => c.all('SELECT name FROM sqlite_schema'))).toEqual([]);
      const store = await SqliteStore.open({ path });
      expect(await store.counts({})).toMatchObject({ pending: 0 });
      await store.close();
    });
  });
});

function schemaSql(connection: Awaited<ReturnType<typeof migrated>>): string {
  return JSON.stringify(connection.all('SELECT name, sql FROM sqlite_schema ORDER BY name'));
}

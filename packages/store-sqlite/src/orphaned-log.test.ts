import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { chooseDriver } from './driver/choose-driver.js';
import { orphanedLog } from './orphaned-log.js';
import { temporaryFolder } from '../test/temporary-folder.js';

describe('orphanedLog', () => {
  const file = temporaryFolder();

  it('says what is wrong where the file of a log is missing or empty', () => {
    writeFileSync(file('tasks.db-wal'), 'log');
    const remedy =
      'Both are left as they are: put the file back that the log belongs to, or restore a backup and delete the log, or delete the log alone to begin anew without these tasks';
    expect(orphanedLog(file('tasks.db'))).toBe(
      `The file is missing, but its log ${file('tasks.db-wal')} holds 3 bytes of it. ${remedy}`,
    );
    writeFileSync(file('tasks.db'), '');
    expect(orphanedLog(file('tasks.db'))).toBe(
      `The file is empty, but its log ${file('tasks.db-wal')} holds 3 bytes of it. ${remedy}`,
    );
  });

  it('has nothing against a new file, an empty log, or a log with its file', () => {
    expect(orphanedLog(file('tasks.db'))).toBeNull();
    writeFileSync(file('tasks.db-wal'), '');
    expect(orphanedLog(file('tasks.db'))).toBeNull();
    writeFileSync(file('tasks.db-wal'), 'log');
    writeFileSync(file('tasks.db'), 'pages');
    expect(orphanedLog(file('tasks.db'))).toBeNull();
  });

  it('looks where a link leads, as SQLite does, also where nothing is there any more', () => {
    writeFileSync(file('disk.db-wal'), 'log');
    symlinkSync('disk.db', file('tasks.db'));
    expect(orphanedLog(file('tasks.db'))).toContain(`its log ${file('disk.db-wal')} holds 3 bytes`);
    writeFileSync(file('disk.db'), 'pages');
    expect(orphanedLog(file('tasks.db'))).toBeNull();
  });
});

describe('SQLite', () => {
  const file = temporaryFolder();

  it('writes the first page of a new file before it begins a log', async () => {
    const database = (await chooseDriver(undefined)).open(file('tasks.db'));
    database.exec('PRAGMA journal_mode = WAL');
    expect(statSync(file('tasks.db')).size).toBeGreaterThan(0);
    expect(statSync(file('tasks.db-wal'), { throwIfNoEntry: false })?.size ?? 0).toBe(0);
    database.close();
  });
});

import { tmpdir } from 'node:os';
import { TaskMonitorError } from '@task-monitor/core';
import type { Driver } from './driver/driver.js';
import { Trouble } from './trouble.js';

const path = `${tmpdir()}/tasks.db`;
const driver: Driver = {
  name: 'better-sqlite3',
  open: () => {
    throw new Error('Nothing is opened here.');
  },
  resultOf: (error) => (error instanceof Error && error.name === 'SQLite' ? error.message : null),
};
const trouble = new Trouble(path, driver);

describe('Trouble', () => {
  it.each([
    ['FULL', 'STORE_FULL'],
    ['CORRUPT', 'STORE_CORRUPT'],
    ['CORRUPT_INDEX', 'STORE_CORRUPT'],
    ['NOTADB', 'STORE_CORRUPT'],
    ['IOERR_WRITE', 'STORE_UNAVAILABLE'],
    ['READONLY', 'STORE_UNAVAILABLE'],
    ['CANTOPEN', 'STORE_UNAVAILABLE'],
    ['NOMEM', 'STORE_UNAVAILABLE'],
  ])('tells SQLITE_%s as %s, with the path and the cause', (result, code) => {
    const cause = aSqliteError(result);
    const told = trouble.told(cause);
    expect(told).toMatchObject({ code, cause, details: { path } });
    expect((told as Error).message).toMatch(new RegExp(`^${path}: .* \\(SQLITE_${result}\\)\\.$`));
  });

  it('knows a lock by all its names', () => {
    for (const result of ['BUSY', 'BUSY_RECOVERY', 'BUSY_SNAPSHOT', 'LOCKED'])
      expect(trouble.isBusy(aSqliteError(result))).toBe(true);
    expect(trouble.isBusy(aSqliteError('FULL'))).toBe(false);
    expect(trouble.isBusy(new Error('BUSY'))).toBe(false);
  });

  it('leaves an error alone that is none of SQLite', () => {
    const mistake = new TypeError('undefined is not a function');
    const known = new TaskMonitorError('STORE_CORRUPT', 'Not JSON.');
    expect(trouble.told(mistake)).toBe(mistake);
    expect(trouble.told(known)).toBe(known);
  });
});

function aSqliteError(result: string): Error {
  const error = new Error(result);
  error.name = 'SQLite';
  return error;
}

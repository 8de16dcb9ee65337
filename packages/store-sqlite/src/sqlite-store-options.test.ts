import { checkedOptions, type SqliteStoreOptions } from './sqlite-store-options.js';

describe('checkedOptions', () => {
  it('has a default for everything but the path', () => {
    const { path, synchronous, driver, busyTimeoutMs, keptChanges } = checkedOptions({
      path: 'tasks.db',
    });
    expect({ path, synchronous, driver, busyTimeoutMs, keptChanges }).toEqual({
      path: 'tasks.db',
      synchronous: 'full',
      driver: undefined,
      busyTimeoutMs: 4_800,
      keptChanges: 10_000,
    });
  });

  it.each([
    [{}, 'Expected `path` to be the path of a file, such as "tasks.db", got undefined.'],
    [
      { path: ':memory:' },
      'Expected `path` to be the path of a file, such as "tasks.db", got ":memory:" (string).',
    ],
    [
      { path: 'tasks\0.db' },
      'Expected `path` to be the path of a file, such as "tasks.db", got "tasks\\u0000.db" (string).',
    ],
    [
      { path: 'tasks.db', synchronous: 'off' },
      'Expected `synchronous` to be "full" or "normal", got "off" (string).',
    ],
    [
      { path: 'tasks.db', driver: 'libsql' },
      'Expected `driver` to be "node:sqlite" or "better-sqlite3", got "libsql" (string).',
    ],
    [
      { path: 'tasks.db', busyTimeoutMs: 5_000 },
      'Expected `busyTimeoutMs` to be a positive number of milliseconds, at most 4800 (a monitor waits 5 s for its store), got 5000 (number).',
    ],
    [
      { path: 'tasks.db', busyTimeoutMs: 0 },
      'Expected `busyTimeoutMs` to be a positive number of milliseconds, at most 4800 (a monitor waits 5 s for its store), got 0 (number).',
    ],
    [
      { path: 'tasks.db', clock: 5 },
      'Expected `clock` to be an object with `now()`, got 5 (number).',
    ],
    [
      { path: 'tasks.db', keptChange: 5 },
      'SqliteStore has no option `keptChange`. Did you mean `keptChanges`?',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => checkedOptions(options as SqliteStoreOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message }),
    );
  });
});

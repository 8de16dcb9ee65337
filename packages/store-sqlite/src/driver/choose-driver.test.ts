import { chooseDriver } from './choose-driver.js';
import type { Driver, DriverName } from './driver.js';

const none = { nodeSqlite: () => null, betterSqlite3: async () => null };

describe('chooseDriver', () => {
  it('takes the one of Node, else better-sqlite3', async () => {
    const both = { nodeSqlite: () => aDriver('node:sqlite'), betterSqlite3: better };
    expect((await chooseDriver(undefined, both)).name).toBe('node:sqlite');
    expect((await chooseDriver('better-sqlite3', both)).name).toBe('better-sqlite3');
    expect((await chooseDriver(undefined, { ...none, betterSqlite3: better })).name).toBe(
      'better-sqlite3',
    );
  });

  it('says what to install where there is none', async () => {
    await expect(chooseDriver(undefined, none)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: `Node ${process.version} has no SQLite of its own (node:sqlite comes with Node 22.13), and better-sqlite3 is not installed. Use a newer Node, or run: npm install better-sqlite3@12`,
    });
    await expect(chooseDriver('better-sqlite3', none)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The driver "better-sqlite3" is not installed. Run: npm install better-sqlite3@12',
    });
  });

  it('takes no other one than the one that was asked for', async () => {
    await expect(
      chooseDriver('node:sqlite', { ...none, betterSqlite3: better }),
    ).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('leave out `driver`'),
    });
  });
});

const better = async (): Promise<Driver> => aDriver('better-sqlite3');

function aDriver(name: DriverName): Driver {
  return {
    name,
    open: () => {
      throw new Error('Nothing is opened here.');
    },
    resultOf: () => null,
  };
}

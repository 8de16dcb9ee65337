import { TaskMonitorError } from '@task-monitor/core';
import { betterSqlite3 } from './better-sqlite3.js';
import type { Driver, DriverName } from './driver.js';
import { nodeSqlite } from './node-sqlite.js';

interface Found {
  readonly nodeSqlite: () => Driver | null;
  readonly betterSqlite3: () => Promise<Driver | null>;
}

/**
 * The driver that was asked for, else Node's own, else `better-sqlite3`.
 *
 * @throws {@link TaskMonitorError} STORE_UNAVAILABLE if there is none, with what to install
 */
export async function chooseDriver(
  asked: DriverName | undefined,
  found: Found = { nodeSqlite, betterSqlite3 },
): Promise<Driver> {
  const driver =
    asked === 'better-sqlite3'
      ? await found.betterSqlite3()
      : (found.nodeSqlite() ?? (asked === undefined ? await found.betterSqlite3() : null));
  if (driver !== null) return driver;
  throw new TaskMonitorError('STORE_UNAVAILABLE', whatToInstall(asked), {
    details: { driver: asked ?? null, node: process.version },
  });
}

function whatToInstall(asked: DriverName | undefined): string {
  if (asked === 'better-sqlite3') {
    return 'The driver "better-sqlite3" is not installed. Run: npm install better-sqlite3@12';
  }
  const missing = `Node ${process.version} has no SQLite of its own (node:sqlite comes with Node 22.13)`;
  return asked === undefined
    ? `${missing}, and better-sqlite3 is not installed. Use a newer Node, or run: npm install better-sqlite3@12`
    : `${missing}. Use a newer Node, or leave out \`driver\` and run: npm install better-sqlite3@12`;
}

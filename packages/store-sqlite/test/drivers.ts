import { betterSqlite3 } from '../src/driver/better-sqlite3.js';
import type { DriverName } from '../src/driver/driver.js';
import { nodeSqlite } from '../src/driver/node-sqlite.js';

/**
 * The drivers that this Node has. Machine code is built for one version of Node, so another one than that of the
 * installation has its own SQLite only.
 */
export const DRIVERS: readonly DriverName[] = [
  ...(nodeSqlite() === null ? [] : (['node:sqlite'] as const)),
  ...((await betterSqlite3().catch(() => null)) === null ? [] : (['better-sqlite3'] as const)),
];

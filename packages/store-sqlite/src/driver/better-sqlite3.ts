import { TaskMonitorError } from '@task-monitor/core';
import type { Database, Driver } from './driver.js';

interface BetterSqlite3 {
  readonly default: new (path: string, options: { readonly timeout: number }) => Database;
}

/**
 * The `better-sqlite3` of the application; `null` where there is none.
 *
 * @throws {@link TaskMonitorError} STORE_UNAVAILABLE if it is there and cannot be loaded
 */
export async function betterSqlite3(): Promise<Driver | null> {
  let module: BetterSqlite3;
  try {
    // @ts-expect-error It brings no types along.
    module = (await import('better-sqlite3')) as BetterSqlite3;
    // Its machine code is loaded only now, and fits one version of Node.
    new module.default(':memory:', { timeout: 0 }).close();
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw new TaskMonitorError(
      'STORE_UNAVAILABLE',
      `better-sqlite3 is installed, but Node ${process.version} cannot load it. Run: npm rebuild better-sqlite3`,
      { cause, details: { driver: 'better-sqlite3', node: process.version } },
    );
  }
  const Database = module.default;
  return {
    name: 'better-sqlite3',
    open: (path) => new Database(path, { timeout: 0 }),
    resultOf,
  };
}

function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

function resultOf(error: unknown): string | null {
  // Not by `instanceof`: a test runner may have another Error than Node itself.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' && code.startsWith('SQLITE_')
    ? code.slice('SQLITE_'.length)
    : null;
}

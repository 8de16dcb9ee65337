import type { Database, Driver } from './driver.js';

interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => Database;
}

/** The SQLite that Node ≥ 22.13 brings along; `null` in an older one. */
export function nodeSqlite(): Driver | null {
  const { getBuiltinModule } = process as unknown as {
    getBuiltinModule?: (name: string) => unknown;
  };
  // Not imported: a bundler, a test runner or an older Node would look for a package of that name.
  const sqlite = getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined;
  if (sqlite === undefined) return null;
  return {
    name: 'node:sqlite',
    open: (path) => new sqlite.DatabaseSync(path),
    resultOf,
  };
}

/** The result codes that are told apart (https://sqlite.org/rescode.html). */
const RESULTS: Readonly<Record<number, string>> = {
  1: 'ERROR',
  3: 'PERM',
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  15: 'PROTOCOL',
  18: 'TOOBIG',
  26: 'NOTADB',
};

function resultOf(error: unknown): string | null {
  // Not by `instanceof`: a test runner may have another Error than Node itself.
  if (typeof error !== 'object' || error === null) return null;
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  // A number was read that this package, whose numbers all fit, never wrote.
  if (code === 'ERR_OUT_OF_RANGE') return 'CORRUPT';
  if (typeof errcode !== 'number') return null;
  // The low byte is the kind of trouble, the rest says where it arose.
  return RESULTS[errcode & 0xff] ?? `${errcode}`;
}

/** What this package needs of a SQLite driver. The drivers themselves are alike: each file beside this one adapts one. */
export interface Driver {
  readonly name: DriverName;
  /** Opens, and creates if need be, the database in the file. Nothing ever waits for a lock in it. */
  open(path: string): Database;
  /** SQLite's name of what went wrong, without `SQLITE_`: `BUSY`, `IOERR_WRITE`. `null`: no error of SQLite's. */
  resultOf(error: unknown): string | null;
}

export type DriverName = 'node:sqlite' | 'better-sqlite3';

export interface Database {
  /** Runs statements whose rows, if any, nobody wants. */
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

export type SqlValue = string | number | null;

export type Row = Readonly<Record<string, SqlValue>>;

export interface Statement {
  /** For a statement without rows. */
  run(...values: readonly SqlValue[]): { readonly lastInsertRowid: number | bigint };
  get(...values: readonly SqlValue[]): unknown;
  all(...values: readonly SqlValue[]): unknown[];
}

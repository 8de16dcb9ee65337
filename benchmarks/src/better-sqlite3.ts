// @ts-expect-error It brings no types along.
import BetterSqlite3 from 'better-sqlite3';

export type SqlValue = string | number | null;

export interface Statement {
  run(...values: readonly SqlValue[]): { readonly changes: number };
  get(...values: readonly SqlValue[]): unknown;
  all(...values: readonly SqlValue[]): unknown[];
}

export interface Database {
  exec(sql: string): void;
  /** Not as a method, as it is replaced where statements are recorded. */
  prepare: (sql: string) => Statement;
  close(): void;
}

/** What of the driver `better-sqlite3` is used here. */
export const DatabaseFile = BetterSqlite3 as {
  new (path: string): Database;
  readonly prototype: Database;
};

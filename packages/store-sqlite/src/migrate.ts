// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- the build of the types sees no file that is not named
/// <reference path="./migrations/sql.d.ts" />
import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.js';
import initial from './migrations/001_initial.sql';

/** In their order; the schema of a file is the number of those that were done, as its `user_version`. */
const MIGRATIONS: readonly string[] = [initial];

/** `TMon`: tells SQLite files of this package from those of other programs. */
const APPLICATION_ID = 0x54_4d_6f_6e;

/** Why a file cannot be used: it belongs to another program, to code that is newer than this, or somebody deleted a part of it. */
export type Refusal = 'foreign' | 'newer' | 'incomplete';

/** Reads only: whatever the file is, it is left as it is. */
export function refusalOf(connection: Connection, known = MIGRATIONS.length): Refusal | null {
  if (isUntouched(connection)) return null;
  if (applicationOf(connection) !== APPLICATION_ID) return 'foreign';
  if (!isWhole(connection)) return 'incomplete';
  return schemaOf(connection) > known && !isReadable(connection, known) ? 'newer' : null;
}

/**
 * Brings the schema up to date, in one transaction: of many processes that open a file at once, one does it. Call it for
 * a file that is not refused.
 */
export function migrate(
  connection: Connection,
  now: number,
  migrations: readonly string[] = MIGRATIONS,
): void {
  const known = migrations.length;
  if (schemaOf(connection) >= known) return;
  connection.write(() => {
    const schema = schemaOf(connection);
    if (schema >= known) return;
    for (const migration of migrations.slice(schema)) connection.exec(migration);
    if (schema === 0) begin(connection, now);
    connection.exec(`PRAGMA user_version = ${known}`);
  });
}

function begin(connection: Connection, now: number): void {
  connection.run(
    'INSERT INTO store (uuid, readable_since, searched_at, search_not_before) VALUES (?, 1, ?, 0)',
    randomUUID(),
    now,
  );
  connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
}

function schemaOf(connection: Connection): number {
  return connection.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
}

function applicationOf(connection: Connection): number {
  return connection.get<{ application_id: number }>('PRAGMA application_id')?.application_id ?? 0;
}

/** A new file, or one without anything in it. */
function isUntouched(connection: Connection): boolean {
  return (
    schemaOf(connection) === 0 &&
    applicationOf(connection) === 0 &&
    connection.get('SELECT 1 AS found FROM sqlite_schema LIMIT 1') === undefined
  );
}

/** A file of this package has a version and, since its first one, a name. It is never taken for a new one. */
function isWhole(connection: Connection): boolean {
  const table = `SELECT 1 AS found FROM sqlite_schema WHERE type = 'table' AND name = 'store'`;
  return (
    schemaOf(connection) > 0 &&
    connection.get(table) !== undefined &&
    connection.get('SELECT 1 AS found FROM store') !== undefined
  );
}

/** Newer code may say that this one can still work on what it made: both may run on one file for a while. */
function isReadable(connection: Connection, known: number): boolean {
  const row = connection.get<{ readable_since: number }>('SELECT readable_since FROM store');
  return row !== undefined && row.readable_since <= known;
}

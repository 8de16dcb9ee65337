import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesWith } from './files-with.js';
import { PostgresServer } from '../../packages/store-postgres/test/postgres-server.js';
import { integrityOf } from '../../packages/store-sqlite/test/integrity.js';

export type StoreName = 'sqlite' | 'postgres';

/** Where the databases of a driver come from; everything in it is thrown away in the end. */
export interface Backend {
  readonly store: StoreName;
  /** A folder for journals, too. */
  readonly folder: string;
  /** A new, empty database, as a target for a worker. */
  createDatabase(): Promise<string>;
  /** The files of it, logs of writes included, in which there is this text. Nobody in this process may have it open. */
  filesWith(target: string, text: string): Promise<readonly string[]>;
  /** What the engine itself finds wrong with it: `ok`, or what. Nobody may have it open. */
  integrityOf(target: string): Promise<string>;
  dispose(): Promise<void>;
}

export interface PostgresBackend extends Backend {
  readonly server: PostgresServer;
}

export async function openBackend(store: StoreName | 'memory'): Promise<Backend> {
  if (store === 'memory') throw new Error('What is in memory cannot be shared with a process.');
  return store === 'sqlite' ? sqliteBackend() : postgresBackend();
}

function sqliteBackend(): Backend {
  const folder = newFolder();
  let databases = 0;
  return {
    store: 'sqlite',
    folder,
    createDatabase: async () => `sqlite:${join(folder, `tasks-${++databases}.db`)}`,
    filesWith: async (target, text) => {
      const file = target.slice('sqlite:'.length);
      return filesWith(text, [file, `${file}-wal`, `${file}-journal`]);
    },
    integrityOf: (target) =>
      integrityOf(target.slice('sqlite:'.length)).catch((error: unknown) => String(error)),
    dispose: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A server of its own, that may be killed. `settings` are PostgreSQL's. */
export async function postgresBackend(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresBackend> {
  const folder = newFolder();
  const server = await PostgresServer.start(settings);
  return {
    store: 'postgres',
    folder,
    server,
    createDatabase: async () => server.connectionString(await server.createDatabase()),
    filesWith: (target, text) => filesOfPostgresWith(server, databaseOf(target), text),
    integrityOf: (target) => integrityOfPostgres(server, databaseOf(target)),
    dispose: async () => {
      await server.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The tables of the database, and the write-ahead log, which is one for all databases of the server. */
async function filesOfPostgresWith(
  server: PostgresServer,
  database: string,
  text: string,
): Promise<readonly string[]> {
  const { rows } = await server.query(
    "SELECT current_setting('data_directory') AS folder, oid FROM pg_database WHERE datname = $1",
    [database],
  );
  const { folder, oid } = rows[0] as { readonly folder: string; readonly oid: number };
  const files = [join(folder, 'base', String(oid)), join(folder, 'pg_wal')].flatMap((where) =>
    readdirSync(where, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(where, name)),
  );
  return filesWith(text, files);
}

function databaseOf(target: string): string {
  return new URL(target).pathname.slice(1);
}

/** Every index against its table, and every page of a table, by PostgreSQL's own extension for that. */
async function integrityOfPostgres(server: PostgresServer, database: string): Promise<string> {
  try {
    await server.query('CREATE EXTENSION IF NOT EXISTS amcheck', [], database);
    await server.query(`SELECT bt_index_check(oid, true) ${OURS} AND relkind = 'i'`, [], database);
    const { rows } = await server.query(
      `SELECT oid::regclass AS name, msg FROM (SELECT oid ${OURS} AND relkind = 'r') AS tables, verify_heapam(oid)`,
      [],
      database,
    );
    return rows.length === 0 ? 'ok' : JSON.stringify(rows);
  } catch (error) {
    return String(error);
  }
}

const OURS = "FROM pg_class WHERE relnamespace = 'task_monitor'::regnamespace";

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'task-monitor-chaos-'));
}

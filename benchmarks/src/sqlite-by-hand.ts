import { v4 } from 'uuid';
import { type Database, DatabaseFile, type Statement } from './better-sqlite3.js';
import type { HandWritten } from './callers.js';
import type { ExampleTask } from './example-task.js';

/**
 * One table with what is needed of a task, and indexes for a page and for counts. Each change is one prepared statement, and
 * one commit, that looks at the status itself. It keeps no history and no counters, and does not answer with the task.
 */
export class SqliteByHand implements HandWritten {
  readonly #database: Database;
  readonly #register: Statement;
  readonly #start: Statement;
  readonly #progress: Statement;
  readonly #complete: Statement;

  constructor(path: string, synchronous: 'full' | 'normal') {
    const database = new DatabaseFile(path);
    // As the store sets them.
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${synchronous};
      PRAGMA cache_size = -16384;
      CREATE TABLE IF NOT EXISTS tasks (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        status TEXT NOT NULL,
        command TEXT NOT NULL,
        metadata TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        completed_at INTEGER,
        progress TEXT,
        error TEXT
      );
      CREATE INDEX IF NOT EXISTS tasks_by_status ON tasks (status);
    `);
    this.#database = database;
    this.#register = database.prepare(
      "INSERT INTO tasks (id, status, command, metadata, created_at) VALUES (?, 'pending', ?, ?, ?)",
    );
    this.#start = database.prepare(
      "UPDATE tasks SET status = 'running', started_at = ? WHERE id = ? AND status = 'pending'",
    );
    this.#progress = database.prepare(
      "UPDATE tasks SET progress = ? WHERE id = ? AND status = 'running'",
    );
    this.#complete = database.prepare(
      "UPDATE tasks SET status = 'completed', completed_at = ?, progress = ? WHERE id = ? AND status = 'running'",
    );
  }

  async register({ command, metadata }: ExampleTask): Promise<string> {
    const id = v4();
    this.#register.run(id, JSON.stringify(command), JSON.stringify(metadata), Date.now());
    return id;
  }

  async start(id: string): Promise<void> {
    expectOne(id, this.#start.run(Date.now(), id).changes);
  }

  async progress(id: string, progress: string): Promise<void> {
    expectOne(id, this.#progress.run(progress, id).changes);
  }

  async complete(id: string, progress: string): Promise<void> {
    expectOne(id, this.#complete.run(Date.now(), progress, id).changes);
  }

  close(): void {
    this.#database.close();
  }
}

function expectOne(id: string, changes: number): void {
  if (changes !== 1) throw new Error(`Task ${id} is not there, or has another status.`);
}

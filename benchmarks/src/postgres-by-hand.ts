import pg from 'pg';
import { v4 } from 'uuid';
import type { HandWritten } from './callers.js';
import type { ExampleTask } from './example-task.js';

/**
 * One table with what is needed of a task, and an index for pages and counts, asked by a pool of ten connections, as `pg` has
 * it. Each change is one prepared statement, and one commit, that looks at the status itself. It keeps no history and no
 * counters, and does not answer with the task.
 */
export class PostgresByHand implements HandWritten {
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  static async open(connectionString: string): Promise<PostgresByHand> {
    const pool = new pg.Pool({ connectionString, max: 10 });
    await pool.query(`
      CREATE TABLE tasks (
        number bigint GENERATED ALWAYS AS IDENTITY,
        id uuid PRIMARY KEY,
        status text NOT NULL,
        command jsonb NOT NULL,
        metadata jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        completed_at timestamptz,
        progress text,
        error text
      );
      CREATE INDEX tasks_by_status ON tasks (status, number);
    `);
    return new PostgresByHand(pool);
  }

  async register({ command, metadata }: ExampleTask): Promise<string> {
    const id = v4();
    await this.#change(
      'register',
      "INSERT INTO tasks (id, status, command, metadata) VALUES ($1, 'pending', $2, $3)",
      [id, JSON.stringify(command), JSON.stringify(metadata)],
    );
    return id;
  }

  start(id: string): Promise<void> {
    return this.#change(
      'start',
      "UPDATE tasks SET status = 'running', started_at = now() WHERE id = $1 AND status = 'pending'",
      [id],
    );
  }

  progress(id: string, progress: string): Promise<void> {
    return this.#change(
      'progress',
      "UPDATE tasks SET progress = $2 WHERE id = $1 AND status = 'running'",
      [id, progress],
    );
  }

  complete(id: string, progress: string): Promise<void> {
    return this.#change(
      'complete',
      "UPDATE tasks SET status = 'completed', completed_at = now(), progress = $2 WHERE id = $1 AND status = 'running'",
      [id, progress],
    );
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #change(name: string, text: string, values: readonly string[]): Promise<void> {
    const { rowCount } = await this.#pool.query({ name, text, values: [...values] });
    if (rowCount !== 1) throw new Error(`Task ${values[0]} is not there, or has another status.`);
  }
}

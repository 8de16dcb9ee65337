import type { Database, Row, SqlValue, Statement } from './driver/driver.js';

/** A database and its statements, each prepared once. Everything in it is synchronous. */
export class Connection {
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Runs statements that are needed once. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, ...values: readonly SqlValue[]): void {
    this.#statement(sql).run(...values);
  }

  /** Answers with the key of the new row. */
  insert(sql: string, ...values: readonly SqlValue[]): number {
    return Number(this.#statement(sql).run(...values).lastInsertRowid);
  }

  get<T = Row>(sql: string, ...values: readonly SqlValue[]): T | undefined {
    return this.#statement(sql).get(...values) as T | undefined;
  }

  all<T = Row>(sql: string, ...values: readonly SqlValue[]): readonly T[] {
    return this.#statement(sql).all(...values) as T[];
  }

  /** Does all of `body` or nothing of it, with nobody else writing meanwhile. */
  write<T>(body: () => T): T {
    return this.#within('BEGIN IMMEDIATE', body);
  }

  /** Lets `body` see one state of the database, whoever writes meanwhile. */
  snapshot<T>(body: () => T): T {
    return this.#within('BEGIN', body);
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #within<T>(begin: string, body: () => T): T {
    this.run(begin);
    try {
      const answer = body();
      this.run('COMMIT');
      return answer;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.run('ROLLBACK');
    } catch {
      // Some errors, such as a full disk, have ended the transaction already: then there is none to roll back.
    }
  }

  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined)
      this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

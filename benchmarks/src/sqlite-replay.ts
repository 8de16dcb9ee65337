import { DatabaseFile, type Database, type SqlValue, type Statement } from './better-sqlite3.js';

type Method = 'run' | 'get' | 'all';

interface Executed {
  readonly sql: string;
  readonly method: Method;
  readonly values: readonly SqlValue[];
}

/** All that statements that are prepared meanwhile, in whatever file, are asked for. */
export async function recordStatements(work: () => Promise<void>): Promise<readonly Executed[]> {
  const executed: Executed[] = [];
  const { prototype } = DatabaseFile;
  const prepare = prototype.prepare;
  prototype.prepare = function (this: Database, sql) {
    const statement = prepare.call(this, sql);
    const noted =
      <Name extends Method>(method: Name) =>
      (...values: readonly SqlValue[]) => {
        executed.push({ sql, method, values });
        return statement[method](...values) as ReturnType<Statement[Name]>;
      };
    return { run: noted('run'), get: noted('get'), all: noted('all') };
  };
  try {
    await work();
  } finally {
    prototype.prepare = prepare;
  }
  return executed;
}

/** What was recorded, to be executed again by prepared statements on a file as it was before. */
export class SqliteReplay {
  readonly #database: Database;
  readonly #steps: readonly (readonly [Statement, Executed])[];

  constructor(path: string, synchronous: 'full' | 'normal', executed: readonly Executed[]) {
    const database = new DatabaseFile(path);
    database.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA cache_size = -16384`);
    const prepared = new Map<string, Statement>();
    this.#steps = executed.map((step) => {
      const statement = prepared.get(step.sql) ?? database.prepare(step.sql);
      prepared.set(step.sql, statement);
      return [statement, step];
    });
    this.#database = database;
  }

  run(): void {
    for (const [statement, { method, values }] of this.#steps) statement[method](...values);
  }

  /** How many tasks are completed now. */
  completed(): number {
    const sql = "SELECT count(*) AS count FROM tasks WHERE status = 'completed'";
    return (this.#database.prepare(sql).get() as { readonly count: number }).count;
  }

  close(): void {
    this.#database.close();
  }
}

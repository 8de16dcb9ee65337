import type pg from 'pg';
import { TaskMonitorError } from '@task-monitor/core';
import { PreparedStatements } from './prepared-statements.js';
import { codeOf, isConnectionSound, storeError, TimeUp, troubleOf } from './postgres-error.js';
import type { Row } from './row.js';

/** Asks one statement. */
export type Ask = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/**
 * How long a call may take, retries included. Shorter than the 5 s that a monitor waits for any store: so its caller is told what
 * was wrong, and not only that there was no answer.
 */
export const BUDGET_MS = 4_800;

/** What the function `apply_changes` raises, before it did anything. */
const WRONG_ISOLATION = '25000';

/** Another transaction in the way is waited for in short steps, https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html. */
const MOST_CLASHES = 20;

/** What the store asks of a pool of connections. Connections come and go; a call outlives that for {@link BUDGET_MS}. */
export class Database {
  readonly #pool: pg.Pool;
  /** What wait for a connection. */
  readonly #connecting = new Set<() => void>();
  /** `null` where the connections are not the store's own: whoever gave them may do with their sessions what it likes. */
  readonly #prepared: PreparedStatements | null;
  #needsBegin = false;
  #closed = false;

  constructor(pool: pg.Pool, { isOwn }: { readonly isOwn: boolean }) {
    this.#pool = pool;
    this.#prepared = isOwn ? new PreparedStatements() : null;
    pool.on('acquire', this.#hear);
  }

  /** How many there may be at a time. */
  get connections(): number {
    return this.#pool.options.max;
  }

  /** Whatever has a connection may end; nothing else begins. */
  close(): void {
    this.#closed = true;
    this.#pool.off('acquire', this.#hear);
    for (const giveUp of this.#connecting) giveUp();
  }

  /** One statement, tried again while that can help. It must not matter whether it is done twice. */
  ask(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.persistently((deadline) => this.askOnce(text, values, deadline));
  }

  /** As {@link ask}, of a statement that is asked over and over: its text is one of few, and `name` is for people. */
  askAgain(name: string, text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.persistently((deadline) => this.#askPrepared(name, text, values, deadline));
  }

  /** One statement that may take up to `patienceMs`, and is not tried again. @throws {@link TaskMonitorError} */
  async askPatiently(text: string, patienceMs: number): Promise<readonly Row[]> {
    try {
      return await this.askOnce(text, [], performance.now() + patienceMs);
    } catch (error) {
      throw this.#closed ? closed() : storeError(error);
    }
  }

  askOnce(text: string, values: readonly unknown[], deadline: number): Promise<readonly Row[]> {
    return this.#use(deadline, (client) => askOf(client)(text, values));
  }

  #askPrepared(
    name: string,
    text: string,
    values: readonly unknown[],
    deadline: number,
  ): Promise<readonly Row[]> {
    const prepared = this.#prepared;
    if (prepared === null) return this.askOnce(text, values, deadline);
    return this.#use(
      deadline,
      async (client) =>
        (await prepared.ask(client, name, text, values)) ?? (await askOf(client)(text, values)),
    );
  }

  /** Finds out in which way statements that stand alone are isolated from others. */
  async learnIsolation(): Promise<void> {
    const [row] = await this.ask("SELECT current_setting('default_transaction_isolation')");
    this.#needsBegin = row?.[0] !== 'read committed';
  }

  /** One statement at READ COMMITTED: with one way to the server, if that is how it is done there anyway. */
  async write(text: string, values: readonly unknown[], deadline: number): Promise<readonly Row[]> {
    if (!this.#needsBegin) {
      try {
        return await this.#askPrepared('apply_changes', text, values, deadline);
      } catch (error) {
        // The session is another one than was asked, and a pooler lent it to somebody who set its default.
        if (codeOf(error) !== WRONG_ISOLATION) throw error;
        this.#needsBegin = true;
      }
    }
    return this.transaction(deadline, (ask) => ask(text, values));
  }

  /** One transaction at READ COMMITTED, whatever the default of the database is. */
  transaction<T>(deadline: number, work: (ask: Ask) => Promise<T>): Promise<T> {
    return this.#use(deadline, async (client) => {
      const ask = askOf(client);
      await ask(BEGIN);
      try {
        const result = await work(ask);
        await ask('COMMIT');
        return result;
      } catch (error) {
        if (isConnectionSound(error)) await ask('ROLLBACK');
        throw error;
      }
    });
  }

  /** @throws {@link TaskMonitorError} and nothing else. */
  async persistently<T>(work: (deadline: number) => Promise<T>): Promise<T> {
    const deadline = performance.now() + BUDGET_MS;
    // That the time was up while it was tried once more says less than why it had to be tried again.
    let reason: unknown;
    for (let attempt = 0, clashes = 0; ; attempt++) {
      try {
        return await work(deadline);
      } catch (error) {
        if (this.#closed) throw closed();
        const trouble = troubleOf(error);
        const delayMs = trouble === 'clash' ? clashDelay() : awayDelay(attempt);
        if (trouble === 'clash') clashes++;
        if (trouble === 'away' && !(error instanceof TimeUp)) reason = error;
        if (
          trouble === 'final' ||
          clashes > MOST_CLASHES ||
          performance.now() + delayMs >= deadline
        )
          throw storeError(error instanceof TimeUp ? (reason ?? error) : error);
        await new Promise<void>((resolve) => setTimeout(resolve, delayMs));
        // The process was held up: whoever waits for the store no longer than this is to be told why, and before.
        if (performance.now() >= deadline) throw storeError(reason ?? error);
      }
    }
  }

  /** Before the pool gives it away: its end may come with the very bytes that say that it is ready. */
  readonly #hear = (client: pg.PoolClient): void => {
    if (!client.listeners('error').includes(hear)) client.on('error', hear);
  };

  /** One promise of its own, and no race of several: it is there once for every statement. */
  #use<T>(deadline: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      let client: PoolClient | null = null;
      let isOver = false;
      const end = (isBroken: boolean): boolean => {
        if (isOver) return false;
        isOver = true;
        clearTimeout(timer);
        this.#connecting.delete(giveUp);
        client?.release(isBroken);
        return true;
      };
      const fail = (error: Error): void => {
        if (end(!isConnectionSound(error))) reject(error);
      };
      const giveUp = (): void => fail(closed());
      // A whole number: Node keeps timers of the same length together.
      const leftMs = Math.max(0, Math.ceil(deadline - performance.now()));
      const timer = setTimeout(() => fail(new TimeUp()), leftMs);
      this.#connecting.add(giveUp);
      (this.#pool.connect() as Promise<PoolClient>)
        .then((given) => {
          if (isOver) return given.release();
          client = given;
          this.#connecting.delete(giveUp);
          return work(given).then((answer) => {
            if (end(false)) resolve(answer);
          });
        })
        .catch(fail);
    });
  }
}

type PoolClient = pg.Client & pg.PoolClient;

/** An ear for the errors of a client, which would end the process without: one for all, as several stores may share a pool. */
function hear(): void {}

/** Set for the transaction alone: a pooler between us and the server may give the session to somebody else afterwards. */
const BEGIN =
  'BEGIN ISOLATION LEVEL READ COMMITTED; ' +
  "SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '4s'; SET LOCAL idle_in_transaction_session_timeout = '10s'";

/** Of tens of milliseconds, each a little different, so that two that clashed do not clash again. */
export function clashDelay(): number {
  return 5 + Math.random() * 10;
}

export function awayDelay(attempt: number): number {
  return Math.min(500, 20 * 2 ** attempt) * (0.5 + Math.random() / 2);
}

function askOf(client: pg.ClientBase): Ask {
  return async (text, values) => {
    const { rows } = await client.query<(string | null)[]>({
      text,
      rowMode: 'array',
      types: AS_TEXT,
      ...(values && values.length > 0 && { values: [...values] }),
    });
    return rows ?? [];
  };
}

const AS_TEXT = {
  getTypeParser: () => (text: string) => text,
} as unknown as pg.CustomTypesConfig;

export function closed(): TaskMonitorError {
  return new TaskMonitorError('STORE_UNAVAILABLE', 'The PostgreSQL store is closed.');
}

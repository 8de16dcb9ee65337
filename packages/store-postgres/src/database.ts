import type pg from 'pg';
import { TaskMonitorError } from '@task-monitor/core';
import { codeOf, isConnectionSound, storeError, TimeUp, troubleOf } from './postgres-error.js';
import type { Row } from './row.js';

/** Asks one statement. */
export type Ask = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/**
 * How long a call may take, retries included. Shorter than the 5 s that a monitor waits for any store: so its caller is told what
 * was wrong, and not only that there was no answer.
 */
export const BUDGET_MS = 4_800;

/** What the function `apply_writes` raises, before it did anything. */
const WRONG_ISOLATION = '25000';

/** Another transaction in the way is waited for in short steps, https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html. */
const MOST_CLASHES = 20;

/** What the store asks of a pool of connections. Connections come and go; a call outlives that for {@link BUDGET_MS}. */
export class Database {
  readonly #pool: pg.Pool;
  /** What wait for a connection. */
  readonly #connecting = new Set<() => void>();
  #needsBegin = false;
  #closed = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
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

  /** One statement that may take up to `patienceMs`, and is not tried again. @throws {@link TaskMonitorError} */
  async askPatiently(text: string, patienceMs: number): Promise<readonly Row[]> {
    try {
      return await this.askOnce(text, [], performance.now() + patienceMs);
    } catch (error) {
      throw this.#closed ? closed() : storeError(error);
    }
  }

  askOnce(text: string, values: readonly unknown[], deadline: number): Promise<readonly Row[]> {
    return this.#use(deadline, (ask) => ask(text, values));
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
        return await this.askOnce(text, values, deadline);
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
    return this.#use(deadline, async (ask) => {
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

  async #connect(deadline: number): Promise<pg.PoolClient> {
    if (this.#closed) throw closed();
    const connecting = this.#pool.connect();
    let giveUp: (() => void) | undefined;
    const given = new Promise<never>((_, reject) => (giveUp = () => reject(closed())));
    this.#connecting.add(giveUp as () => void);
    try {
      return await inTime(deadline, Promise.race([connecting, given]));
    } catch (error) {
      connecting.then(
        (late) => late.release(),
        () => {},
      );
      throw error;
    } finally {
      this.#connecting.delete(giveUp as () => void);
    }
  }

  async #use<T>(deadline: number, work: (ask: Ask) => Promise<T>): Promise<T> {
    const client = await this.#connect(deadline);
    let broken = false;
    try {
      return await inTime(deadline, work(askOf(client)));
    } catch (error) {
      broken = !isConnectionSound(error);
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

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

async function inTime<T>(deadline: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    const leftMs = Math.max(0, deadline - performance.now());
    timer = setTimeout(() => reject(new TimeUp()), leftMs);
  });
  promise.catch(() => {});
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

export function closed(): TaskMonitorError {
  return new TaskMonitorError('STORE_UNAVAILABLE', 'The PostgreSQL store is closed.');
}

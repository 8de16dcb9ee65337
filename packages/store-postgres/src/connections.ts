import pg from 'pg';
import { streamOf } from './doorbell.js';
import type { CheckedOptions } from './postgres-options.js';

/** Time for a server that is far away, and for a second attempt within what a call may take. */
const CONNECT_MS = 3_000;

/** For the connections to end in good order. */
const LAST_WORD_MS = 1_000;

/** For statements that nobody waits for any more. */
const SESSION = {
  statement_timeout: 10_000,
  lock_timeout: 4_000,
  idle_in_transaction_session_timeout: 10_000,
};

/** The connections of one store. */
export class Connections {
  /** For reading and writing. */
  readonly main: pg.Pool;
  /** For leases alone. */
  readonly leases: pg.Pool;
  readonly #config: pg.ClientConfig;
  readonly #own: pg.Pool[];
  readonly #clients = new Set<pg.ClientBase>();
  readonly #given: pg.Pool | null;

  private constructor(options: CheckedOptions, session: object) {
    const { connectionString, maxConnections } = options;
    this.#given = (options.pool as pg.Pool | undefined) ?? null;
    this.#config = {
      ...(this.#given === null ? { connectionString } : optionsOf(this.#given)),
      ...session,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      application_name: 'task-monitor',
    };
    this.leases = this.#pool(1);
    this.main = this.#given ?? this.#pool(maxConnections);
    this.#own = this.#given === null ? [this.leases, this.main] : [this.leases];
    // A pool without an ear for the errors of its idle connections ends the process.
    this.main.on('error', ignore);
  }

  /** @throws whatever keeps the first connection from being made. */
  static async open(options: CheckedOptions): Promise<Connections> {
    const connections = new Connections(options, SESSION);
    try {
      await connections.#reach();
      return connections;
    } catch (error) {
      await connections.close();
      // A pooler in between may take no settings of a session: then the store's own watch over time has to do.
      if (!/unsupported startup parameter/.test(String(error))) throw error;
      return new Connections(options, {});
    }
  }

  /** One that is not connected yet. */
  client(): pg.Client {
    return new pg.Client(this.#config);
  }

  /** Ends the connections that are the store's own, and waits a little for `others` that have to end. */
  async close(others: Promise<void> = Promise.resolve()): Promise<void> {
    const ended = Promise.all([others, ...this.#own.map((pool) => pool.end())]);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST_WORD_MS)));
    await Promise.race([ended, late]);
    clearTimeout(timer);
    // A connection whose other end is gone without a word never says that it has ended.
    for (const client of this.#clients) streamOf(client).destroy();
    this.main.off('error', ignore);
  }

  /** Twice where there is no answer in time: a program that has just begun is busy itself, and looks at its timers first. */
  async #reach(): Promise<void> {
    const connect = async (): Promise<void> => (await this.leases.connect()).release();
    await connect().catch((error: unknown) => {
      if (!/timeout/.test(String(error))) throw error;
      return connect();
    });
  }

  #pool(max: number): pg.Pool {
    const pool = new pg.Pool({ ...this.#config, max, allowExitOnIdle: true });
    pool.on('connect', (client) => this.#clients.add(client));
    pool.on('remove', (client) => this.#clients.delete(client));
    pool.on('error', ignore);
    return pool;
  }
}

function ignore(): void {}

/** Also those that a pool hides from enumeration, as they are secret. */
function optionsOf({ options }: pg.Pool): pg.ClientConfig {
  const { password, ssl } = options;
  const given: pg.PoolConfig = { ...options, password, ssl };
  delete given.max;
  delete given.min;
  return given;
}

import type { OpenedStore } from '@task-monitor/core/testing';
import pg from 'pg';
import { PostgresStore } from '../src/index.js';
import type { PostgresServer } from './postgres-server.js';
import { PreparingClient } from './preparing-client.js';

/**
 * Stores that stay open from one use to the next and are emptied in between, as to connect and to make tables takes longer
 * than to use them for a moment. What they remember of tasks that are gone must not matter.
 */
export class ReusedStores {
  readonly #server: PostgresServer;
  readonly #all: ReusedSchema[] = [];
  readonly #idle: ReusedSchema[] = [];

  constructor(server: PostgresServer) {
    this.#server = server;
  }

  async open(): Promise<OpenedStore> {
    const schema = this.#idle.shift() ?? this.#newSchema();
    let used = 0;
    const another = (): Promise<PostgresStore> => schema.store(used++);
    return {
      store: await another(),
      tasksBefore: await schema.lastNumber(),
      another,
      advanceLeaseClock: (ms) => schema.advanceLeaseClock(ms),
      dispose: async () => {
        await schema.empty();
        this.#idle.push(schema);
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((schema) => schema.close()));
  }

  #newSchema(): ReusedSchema {
    const schema = new ReusedSchema(this.#server, `reused_${this.#all.length}`);
    this.#all.push(schema);
    return schema;
  }
}

const EMPTIED = [
  'tasks',
  'task_tags',
  'counts',
  'output',
  'changes',
  'removed_tasks',
  'operations',
  'removals',
  'writers',
  'leases',
  'lease_search',
];

class ReusedSchema {
  readonly #name: string;
  readonly #pool: pg.Pool;
  readonly #stores: PostgresStore[] = [];

  constructor({ socketFolder: host, port }: PostgresServer, name: string) {
    this.#name = name;
    const database = { host, port, user: 'postgres', database: 'postgres' };
    this.#pool = new pg.Pool({ ...database, max: 3, Client: PreparingClient });
  }

  async store(index: number): Promise<PostgresStore> {
    return (this.#stores[index] ??= await PostgresStore.open({
      schema: this.#name,
      pool: this.#pool,
    }));
  }

  /** Of the tasks so far. */
  async lastNumber(): Promise<number> {
    const { rows } = await this.#pool.query<{ number: string }>(
      `SELECT number FROM ${this.#name}.meta`,
    );
    return Number(rows[0]?.number);
  }

  async advanceLeaseClock(ms: number): Promise<void> {
    await this.#pool.query(
      `UPDATE ${this.#name}.lease_search SET clock_offset = clock_offset + make_interval(secs => $1::float8 / 1000)`,
      [ms],
    );
  }

  /** Positions and numbers go on, so that what is remembered of others is not taken for what comes. */
  async empty(): Promise<void> {
    const statements = [
      'BEGIN',
      `UPDATE ${this.#name}.meta SET forgotten = position`,
      ...EMPTIED.map((table) => `DELETE FROM ${this.#name}.${table}`),
      `INSERT INTO ${this.#name}.lease_search DEFAULT VALUES`,
      'COMMIT',
    ];
    await this.#pool.query(statements.join('; '));
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    await this.#pool.end();
  }
}

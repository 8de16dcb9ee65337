import {
  type AppendOutputRequest,
  type CancelRequest,
  type ChangePage,
  type ChangesRequest,
  type CreateRequest,
  type CreateResult,
  type ExpireAnswer,
  type ExpireRequest,
  type LeaseAnswer,
  type LeaseRequest,
  type LeaseState,
  type ListPage,
  type ListRequest,
  type Operation,
  type Position,
  type ProgressRequest,
  type PruneAnswer,
  type PruneRequest,
  type StoreAudit,
  type Task,
  type TaskCounts,
  type TaskFilter,
  type TaskOutput,
  type TaskStore,
  type TransitionRequest,
  type WriteResult,
  wrongOption,
} from '@task-monitor/core';
import { applyQuery } from './apply-input.js';
import { ChangeReader } from './change-reader.js';
import { Connections } from './connections.js';
import { closed, Database } from './database.js';
import { checkEncoding } from './encoding.js';
import { KnownTasks } from './known-tasks.js';
import { LeaseStore } from './lease-store.js';
import { checkMigrated, migrate, migrationScript } from './migrations.js';
import { storeError } from './postgres-error.js';
import {
  type CheckedOptions,
  checkedOptions,
  type PostgresStoreOptions,
} from './postgres-options.js';
import type { Answer } from './pending-write.js';
import { Pruning } from './pruning.js';
import { quoted, schemaName } from './schema-name.js';
import { storable } from './storable.js';
import { TaskReads } from './task-reads.js';
import {
  cancelWrite,
  createWrite,
  outputWrite,
  progressWrite,
  removeWrite,
  transitionWrite,
  type Write,
} from './write.js';
import { WriteQueue } from './write-queue.js';

/**
 * Keeps tasks in PostgreSQL (13 or later), shared by all processes that open the same schema. Durable to what the server's
 * `synchronous_commit` gives.
 */
export class PostgresStore implements TaskStore {
  readonly #connections: Connections;
  readonly #databases: readonly Database[];
  readonly #reads: TaskReads;
  readonly #writes: WriteQueue;
  readonly #changes: ChangeReader;
  readonly #leases: LeaseStore;
  readonly #pruning: Pruning;
  #closing: Promise<void> | null = null;

  private constructor(options: CheckedOptions, connections: Connections, database: Database) {
    const schema = quoted(options.schema);
    const known = new KnownTasks();
    this.#connections = connections;
    const { keptChanges } = options;
    const changes = new ChangeReader({ schema, database, client: () => connections.client() });
    const apply = applyQuery(schema);
    this.#changes = changes;
    this.#reads = new TaskReads(schema, database, known);
    const written = { apply, keptChanges, written: changes.written };
    this.#writes = new WriteQueue({ schema, database, known, ...written });
    this.#pruning = new Pruning({ schema, database, known, ...written });
    const renewals = new Database(connections.leases, { isOwn: true });
    this.#databases = [database, renewals];
    this.#leases = new LeaseStore({ schema, database, renewals, known, ...written });
  }

  /**
   * Connects, and makes the tables if they are not there.
   *
   * @throws {@link TaskMonitorError} INVALID_OPTIONS, also where the encoding of the database is not UTF8, or where the
   * tables are missing and may not be made, or are newer than this version; STORE_UNAVAILABLE if the database cannot be reached or does not let us in.
   */
  static async open(options: PostgresStoreOptions): Promise<PostgresStore> {
    const checked = checkedOptions(options);
    const connections = await Connections.open(checked).catch((error: unknown) => {
      throw storeError(error);
    });
    const database = new Database(connections.main, { isOwn: checked.pool === undefined });
    try {
      await checkEncoding(database);
      await database.learnIsolation();
      if (checked.migrate) await migrate(database, checked.schema);
      else await checkMigrated(database, checked.schema);
      return new PostgresStore(checked, connections, database);
    } catch (error) {
      await connections.close();
      throw error;
    }
  }

  /**
   * The SQL that makes the tables in `schema` (default `task_monitor`) or brings them up to date, for `psql` or a migration
   * tool. It may be run again. A role for `migrate: false` then needs USAGE of the schema, SELECT, INSERT, UPDATE and
   * DELETE on its tables, and EXECUTE of its functions.
   *
   * @throws {@link TaskMonitorError} INVALID_OPTIONS
   */
  static migrations(schema = 'task_monitor'): string {
    const expected = schemaName(schema);
    if (expected !== null) throw wrongOption('schema', expected, schema);
    return migrationScript(schema);
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const { value, size } = storable(request);
    return this.#write(createWrite(value, size), size) as Promise<CreateResult>;
  }

  transition(id: string, request: TransitionRequest): Promise<WriteResult> {
    return this.#writeTask(id, request, transitionWrite);
  }

  progress(id: string, request: ProgressRequest): Promise<WriteResult> {
    return this.#writeTask(id, request, progressWrite);
  }

  requestCancel(id: string, request: CancelRequest): Promise<WriteResult> {
    return this.#writeTask(id, request, cancelWrite);
  }

  appendOutput(id: string, request: AppendOutputRequest): Promise<WriteResult> {
    return this.#writeTask(id, request, outputWrite);
  }

  remove(id: string, operation: Operation): Promise<WriteResult> {
    return this.#writeTask(id, operation, removeWrite);
  }

  async output(id: string, after: number): Promise<TaskOutput | null> {
    this.#assertOpen();
    return this.#reads.output(id, after);
  }

  async get(id: string): Promise<Task | null> {
    this.#assertOpen();
    return this.#reads.get(id);
  }

  async list(request: ListRequest): Promise<ListPage> {
    this.#assertOpen();
    return this.#reads.list(request);
  }

  async counts(filter: TaskFilter): Promise<TaskCounts> {
    this.#assertOpen();
    return this.#reads.counts(filter);
  }

  async parents(ids: readonly string[]): Promise<readonly string[]> {
    this.#assertOpen();
    return this.#reads.parents(ids);
  }

  async audit(): Promise<StoreAudit> {
    this.#assertOpen();
    return this.#reads.audit();
  }

  async changesAfter(position: Position | null, request: ChangesRequest): Promise<ChangePage> {
    this.#assertOpen();
    return this.#changes.after(position, request, () => this.#assertOpen());
  }

  async renewLease(request: LeaseRequest): Promise<LeaseAnswer> {
    this.#assertOpen();
    return this.#leases.renew(storable(request).value);
  }

  async releaseLease(owner: string): Promise<void> {
    this.#assertOpen();
    return this.#leases.release(storable(owner).value);
  }

  async expireLeases(request: ExpireRequest): Promise<ExpireAnswer> {
    this.#assertOpen();
    return this.#leases.expire(storable(request).value);
  }

  async leases(): Promise<readonly LeaseState[]> {
    this.#assertOpen();
    return this.#leases.states();
  }

  async prune(request: PruneRequest): Promise<PruneAnswer> {
    this.#assertOpen();
    return this.#pruning.prune(storable(request).value);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#changes.wake();
    await this.#writes.close();
    for (const database of this.#databases) database.close();
    await this.#connections.close(this.#changes.close());
  }

  async #writeTask<Request>(
    id: string,
    request: Request,
    writeOf: (id: string, request: Request) => Write,
  ): Promise<WriteResult> {
    const { value, size } = storable(request);
    return this.#write(writeOf(storable(id).value, value), size) as Promise<WriteResult>;
  }

  #write(write: Write, size: number): Promise<Answer> {
    this.#assertOpen();
    return this.#writes.do(write, size);
  }

  #assertOpen(): void {
    if (this.#closing !== null) throw closed();
  }
}

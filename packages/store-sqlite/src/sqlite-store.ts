import type { TaskMonitorError } from '@task-monitor/core';
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
} from '@task-monitor/core';
import { performance } from 'node:perf_hooks';
import { audit } from './audit.js';
import { ChangeWaiters } from './change-waiters.js';
import { chooseDriver } from './driver/choose-driver.js';
import { LongReads } from './long-reads.js';
import { type OpenFile, openFile } from './open-file.js';
import { checkedOptions, type Settings, type SqliteStoreOptions } from './sqlite-store-options.js';
import type { Turn } from './search-in-steps.js';
import { Tables, type TablesOptions } from './tables.js';
import { pauseMs, WriteQueue } from './write-queue.js';

/**
 * Keeps tasks in one SQLite file: they outlive the process, and several processes of one machine may share them. Every
 * answer to a write means that it is on the disk (see `synchronous`).
 *
 * @example
 * const monitor = new TaskMonitor({ store: await SqliteStore.open({ path: 'tasks.db' }) });
 */
export class SqliteStore implements TaskStore {
  readonly #file: OpenFile;
  readonly #tableOptions: TablesOptions;
  readonly #tables: Tables;
  readonly #longReads: LongReads;
  readonly #queue: WriteQueue;
  readonly #waiters: ChangeWaiters;
  readonly #patienceMs: number;
  #closed = false;

  private constructor(file: OpenFile, { keptChanges, clock, busyTimeoutMs }: Settings) {
    this.#file = file;
    this.#patienceMs = busyTimeoutMs;
    this.#tableOptions = { keptChanges, now: () => clock.now() };
    this.#tables = new Tables(file.connection, this.#tableOptions);
    this.#longReads = new LongReads(file.openReader);
    this.#waiters = new ChangeWaiters(() => this.#tables.positionOfNow());
    this.#queue = new WriteQueue(
      {
        transact: (body) => this.#transact(body),
        isBusy: (error) => file.trouble.isBusy(error),
        told: (error) => file.trouble.told(error),
        lockedOut: () => file.trouble.lockedOut(busyTimeoutMs),
      },
      busyTimeoutMs,
    );
  }

  /**
   * Opens the file, and creates it if there is none.
   *
   * @throws {@link TaskMonitorError} INVALID_OPTIONS; STORE_UNAVAILABLE if there is no driver, or the file cannot be opened,
   * read and written; STORE_CORRUPT if it is damaged or belongs to another program or a newer version. The file is then
   * left as it is.
   */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const settings = checkedOptions(options);
    const { path, synchronous, busyTimeoutMs, clock, onWarning } = settings;
    const driver = await chooseDriver(settings.driver);
    const file = await openFile(driver, {
      path,
      synchronous,
      patienceMs: busyTimeoutMs,
      now: () => clock.now(),
      onWarning,
    });
    return new SqliteStore(file, settings);
  }

  create(request: CreateRequest): Promise<CreateResult> {
    return this.#write(() => this.#tables.create(request));
  }

  transition(id: string, request: TransitionRequest): Promise<WriteResult> {
    return this.#write(() => this.#tables.transition(id, request));
  }

  progress(id: string, request: ProgressRequest): Promise<WriteResult> {
    return this.#write(() => this.#tables.progress(id, request));
  }

  requestCancel(id: string, request: CancelRequest): Promise<WriteResult> {
    return this.#write(() => this.#tables.requestCancel(id, request));
  }

  appendOutput(id: string, request: AppendOutputRequest): Promise<WriteResult> {
    return this.#write(() => this.#tables.appendOutput(id, request));
  }

  output(id: string, after: number): Promise<TaskOutput | null> {
    return this.#read(() => this.#tables.readOutput(id, after));
  }

  get(id: string): Promise<Task | null> {
    return this.#read(() => this.#tables.get(id));
  }

  async list(request: ListRequest): Promise<ListPage> {
    const { filter } = request;
    const isLong = (): boolean => this.#tables.isLong(filter);
    const page = await this.#read(() => (isLong() ? null : this.#tables.list(request)));
    return page ?? this.#inSteps((tables, turn) => tables.listInSteps(request, turn));
  }

  async counts(filter: TaskFilter): Promise<TaskCounts> {
    const isLong = (): boolean => this.#tables.isLong(filter);
    const counts = await this.#read(() => (isLong() ? null : this.#tables.counts(filter)));
    return counts ?? this.#inSteps((tables, turn) => tables.countsInSteps(filter, turn));
  }

  parents(ids: readonly string[]): Promise<readonly string[]> {
    return this.#read(() => this.#tables.parents(ids));
  }

  async audit(): Promise<StoreAudit> {
    return this.#patiently(() =>
      this.#longReads.do((reader) => audit(reader, () => this.#assertOpen())),
    );
  }

  async changesAfter(
    position: Position | null,
    { limit, waitMs, signal }: ChangesRequest,
  ): Promise<ChangePage> {
    const until = performance.now() + waitMs;
    for (;;) {
      const page = await this.#read(() => this.#tables.changesAfter(position, limit));
      const remainingMs = until - performance.now();
      const isOver = position === null || remainingMs <= 0 || signal?.aborted === true;
      if (isOver || page.reset || page.changes.length > 0) return page;
      // It may have been closed just now: nobody would wake a reader that begins to wait then.
      this.#assertOpen();
      await this.#waiters.next(position, remainingMs, signal);
    }
  }

  renewLease(request: LeaseRequest): Promise<LeaseAnswer> {
    return this.#write(() => this.#tables.renewLease(request));
  }

  releaseLease(owner: string): Promise<void> {
    return this.#write(() => this.#tables.releaseLease(owner));
  }

  expireLeases(request: ExpireRequest): Promise<ExpireAnswer> {
    return this.#write(() => this.#tables.expireLeases(request));
  }

  leases(): Promise<readonly LeaseState[]> {
    return this.#read(() => this.#tables.leases());
  }

  prune(request: PruneRequest): Promise<PruneAnswer> {
    return this.#write(() => this.#tables.prune(request));
  }

  remove(id: string, _operation: Operation): Promise<WriteResult> {
    return this.#write(() => this.#tables.remove(id));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.close(this.#closedError());
    this.#waiters.wake();
    this.#file.connection.close();
  }

  async #write<T>(work: () => T): Promise<T> {
    this.#assertOpen();
    return this.#queue.add(work);
  }

  #read<T>(query: () => T): Promise<T> {
    return this.#patiently(() => this.#file.connection.snapshot(query));
  }

  #inSteps<T>(read: (tables: Tables, turn: Turn) => Promise<T>): Promise<T> {
    const turn: Turn = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      this.#assertOpen();
    };
    return this.#patiently(() =>
      this.#longReads.do(async (reader) => {
        reader.run('BEGIN');
        try {
          return await read(new Tables(reader, this.#tableOptions), turn);
        } finally {
          reader.run('ROLLBACK');
        }
      }),
    );
  }

  /** A read happens at once: only where another connection holds the database it is tried again. */
  async #patiently<T>(read: () => T | Promise<T>): Promise<T> {
    const { identity, trouble } = this.#file;
    const deadline = performance.now() + this.#patienceMs;
    for (let times = 0; ; times++) {
      this.#assertOpen();
      try {
        identity.check();
        return await read();
      } catch (error) {
        if (!trouble.isBusy(error)) throw trouble.told(error);
        if (performance.now() > deadline) throw trouble.lockedOut(this.#patienceMs);
      }
      await new Promise((done) => setTimeout(done, pauseMs(times)));
    }
  }

  #transact<T>(body: () => T): T {
    const { connection, identity, logSize } = this.#file;
    if (identity.check()) logSize.check();
    let isNews = false;
    try {
      return connection.write(() => {
        this.#tables.begin();
        const answer = body();
        isNews = this.#tables.settle();
        return answer;
      });
    } catch (error) {
      this.#tables.takenBack();
      throw error;
    } finally {
      this.#tables.over();
      if (isNews) this.#waiters.wake();
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw this.#closedError();
  }

  #closedError(): TaskMonitorError {
    return this.#file.trouble.error('STORE_UNAVAILABLE', 'The store is closed');
  }
}

import { TaskMonitorError } from '@task-monitor/core';
import { ApplyAnswer, type Written } from './apply-answer.js';
import { Batch } from './batch.js';
import { awayDelay, BUDGET_MS, clashDelay, type Database } from './database.js';
import type { KnownTasks } from './known-tasks.js';
import { storeError, TimeUp, troubleOf } from './postgres-error.js';
import { type Answer, PendingWrite } from './pending-write.js';
import { keptTaskOf, TASK_COLUMNS } from './row.js';
import type { Write } from './write.js';

/** Tasks that are read in one statement. */
const MOST_READ = 500;

/** How long a store that is closed waits for what is under way. */
const LAST_WRITES_MS = 2_000;

/**
 * Batches that are under way at a time: while the server does one, the next is put together and sent. Where a connection is
 * left for reads, that is.
 */
const LANES = 2;

/** Fewer are not worth a batch of their own while another is under way. */
const WORTH_A_BATCH = 100;

/** What it knew was wrong so often: it locks the store first, and then nothing can come between. */
const MOST_MISSES = 2;

export interface WriteQueueOptions {
  readonly database: Database;
  readonly known: KnownTasks;
  /** The text that calls the function `apply_changes`. */
  readonly apply: string;
  readonly keptChanges: number;
  /** Quoted. */
  readonly schema: string;
  /** Told after each batch that was committed. */
  readonly written: (done: Written) => void;
}

/**
 * Puts the writes that are asked for at the same moment into one statement: one way to the server, one commit. While two are
 * under way, the next gathers. Each caller gets an answer of its own, and the writes to one task are done one after the other.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #waiting: PendingWrite[] = [];
  /** All that is not answered, the one that was asked for first first. */
  readonly #open = new Map<PendingWrite, number>();
  #timer: NodeJS.Timeout | null = null;
  readonly #lanes = new Set<Promise<void>>();
  readonly #underWay = new Set<Batch>();
  readonly #mostLanes: number;
  #lastError: unknown = null;
  #closed = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
    this.#mostLanes = options.database.connections > LANES ? LANES : 1;
  }

  do(write: Write, size: number): Promise<Answer> {
    const pending = new PendingWrite(write, size, this.#finished);
    this.#open.set(pending, performance.now() + BUDGET_MS);
    this.#waiting.push(pending);
    this.#watchTime();
    this.#openLane();
    return pending.answer;
  }

  /** Does what was asked for, as long as the server answers, and rejects what is not done within 2 s. */
  async close(): Promise<void> {
    this.#closed = true;
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      late = setTimeout(resolve, LAST_WRITES_MS);
    });
    await Promise.race([this.#allDone(), tooLate]);
    clearTimeout(late);
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const pending of [...this.#open.keys()]) pending.reject(this.#timeUp());
  }

  async #allDone(): Promise<void> {
    while (this.#lanes.size > 0) await Promise.all(this.#lanes);
  }

  readonly #finished = (pending: PendingWrite): void => {
    this.#open.delete(pending);
  };

  /** One more, if there is something to do that those there are do not get to. */
  #openLane(): void {
    const { size } = this.#lanes;
    const isIdle = size === 0;
    const isBusy =
      size < this.#mostLanes &&
      this.#underWay.size === size &&
      this.#waiting.length >= WORTH_A_BATCH;
    if (!isIdle && !isBusy) return;
    const lane = this.#drain(isBusy).finally(() => this.#lanes.delete(lane));
    this.#lanes.add(lane);
  }

  async #drain(isBusy: boolean): Promise<void> {
    // Whoever was answered by the last batch, or waits for the same event, has its next write in this one.
    await turn();
    for (let attempt = 0; this.#waiting.length > 0;) {
      const delayMs = await this.#send(attempt, isBusy);
      // What waits, waits for the other one, which then goes on with it.
      if (delayMs === null) return;
      isBusy = true;
      attempt = delayMs > 0 ? attempt + 1 : 0;
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      else await turn();
    }
  }

  /** All that waits; where batches follow one another a part of it, so that another one can be put together meanwhile. */
  #nextBatch(isBusy: boolean): Batch | null {
    const waiting = this.#waiting.filter(({ settled }) => !settled);
    this.#waiting = [];
    const [first] = waiting;
    if (first === undefined) return null;
    const batch = new Batch(this.#options.known, this.#underWay);
    const part = Math.ceil(this.#open.size / this.#mostLanes);
    const limit = isBusy && part >= WORTH_A_BATCH ? part : Infinity;
    /** Tasks of which a write has to wait: those behind it do, too. */
    const held = new Set<string>();
    for (let index = 0; index < waiting.length; index++) {
      const pending = waiting[index] as PendingWrite;
      if (batch.isFull || batch.size >= limit || (first.alone && index > 0)) {
        this.#waiting.push(...waiting.slice(index));
        break;
      }
      const { id } = pending.write;
      const waits = held.has(id) || (pending.alone && pending !== first) || !batch.add(pending);
      if (!waits) continue;
      held.add(id);
      this.#waiting.push(pending);
    }
    return batch;
  }

  /** Answers with how long to wait before the next; `null` if everything waits for a batch that is under way. */
  async #send(attempt: number, isBusy: boolean): Promise<number | null> {
    let batch: Batch | null = null;
    try {
      await this.#readUnknown();
      batch = this.#nextBatch(isBusy);
      if (batch === null) return 0;
      if (batch.size === 0) return null;
      this.#underWay.add(batch);
      this.#openLane();
      if (batch.writes.some(({ misses }) => misses >= MOST_MISSES)) await this.#writeLocked(batch);
      else await this.#write(batch);
      return 0;
    } catch (error) {
      // That the time was up while it was tried once more says less than why it had to be.
      if (this.#lastError === null || !(error instanceof TimeUp)) this.#lastError = error;
      const writes = batch?.writes ?? this.#waiting;
      const trouble = troubleOf(error);
      if (this.#closed || (trouble === 'final' && (batch === null || writes.length === 1))) {
        for (const pending of writes) pending.reject(error);
        return 0;
      }
      if (trouble === 'away') batch?.noteLost();
      if (trouble === 'final') for (const pending of writes) pending.alone = true;
      if (batch !== null) this.#putBack(writes);
      return trouble === 'away' ? awayDelay(attempt) : clashDelay();
    } finally {
      if (batch !== null) this.#underWay.delete(batch);
    }
  }

  /** Tasks that others made: to guess what they are would only be wrong. */
  async #readUnknown(): Promise<void> {
    const { database, known, schema } = this.#options;
    const unknown = new Set<string>();
    for (const { write, misses, settled } of this.#waiting) {
      if (unknown.size >= MOST_READ) break;
      if (settled || write.begins || misses > 0 || this.#isUnderWay(write.id)) continue;
      if (!known.has(write.id)) unknown.add(write.id);
    }
    if (unknown.size === 0) return;
    const rows = await database.askOnce(
      `SELECT ${TASK_COLUMNS} FROM ${schema}.tasks t WHERE t.id = ANY ($1::text[])`,
      [[...unknown]],
      performance.now() + BUDGET_MS,
    );
    for (const row of rows) known.learn(keptTaskOf(row));
  }

  #isUnderWay(id: string): boolean {
    for (const batch of this.#underWay) if (batch.has(id)) return true;
    return false;
  }

  async #write(batch: Batch): Promise<void> {
    const { database, apply, keptChanges } = this.#options;
    const values = batch.input().values(keptChanges);
    const deadline = performance.now() + BUDGET_MS;
    const answer = new ApplyAnswer(await database.write(apply, values, deadline));
    if (answer.done !== null) return this.#settle(batch, answer.done);
    batch.learn(answer);
    this.#putBack(batch.writes);
  }

  /** Nobody else writes from the first answer on, so what is decided by it is right. */
  async #writeLocked(first: Batch): Promise<void> {
    const { database, apply, keptChanges, known } = this.#options;
    const deadline = performance.now() + BUDGET_MS;
    let batch = first;
    const put: PendingWrite[] = [];
    const done = await database.transaction(deadline, async (ask) => {
      for (;;) {
        const answer = new ApplyAnswer(await ask(apply, batch.input().values(keptChanges)));
        if (answer.done !== null) return answer.done;
        batch.learn(answer);
        const { writes } = batch;
        batch = new Batch(known);
        for (const pending of writes) if (!batch.add(pending)) put.push(pending);
      }
    });
    this.#settle(batch, done);
    this.#putBack(put);
  }

  #settle(batch: Batch, done: Written): void {
    this.#lastError = null;
    batch.settle(done.number);
    this.#options.written(done);
  }

  /** To the front: they came first. One that was done although its answer got lost has its answer. */
  #putBack(writes: readonly PendingWrite[]): void {
    const again: PendingWrite[] = [];
    for (const pending of writes) {
      if (pending.settled) continue;
      if (pending.done && pending.lost?.effect?.kept === null) pending.settle(pending.lost);
      else again.push(pending);
    }
    this.#waiting.unshift(...again);
  }

  #watchTime(): void {
    if (this.#timer !== null) return;
    const [oldest] = this.#open.values();
    if (oldest === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        for (const [pending, deadline] of this.#open) {
          if (deadline > performance.now()) break;
          pending.reject(this.#timeUp());
        }
        this.#watchTime();
      },
      Math.max(0, oldest - performance.now()) + 1,
    );
    this.#timer.unref();
  }

  #timeUp(): TaskMonitorError {
    const cause = this.#lastError ?? new TimeUp();
    const { code, message, details } = storeError(cause);
    return new TaskMonitorError(
      code,
      `${message}. Whether it was written is not known: repeating the call is safe.`,
      { details, cause },
    );
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import { TaskMonitorError } from '@task-monitor/core';
import { ApplyAnswer } from './apply-answer.js';
import { Batch, type PendingWrite } from './batch.js';
import { type Ask, awayDelay, BUDGET_MS, clashDelay, type Database } from './database.js';
import type { KnownTasks } from './known-tasks.js';
import { storeError, troubleOf } from './postgres-error.js';
import type { Verdict, Write } from './write.js';

/** What it knew was wrong so often: it locks the store first, and then nothing can come between. */
const MOST_MISSES = 2;

export interface WriteQueueOptions {
  readonly database: Database;
  readonly known: KnownTasks;
  /** The text that calls the function `apply_writes`. */
  readonly apply: string;
  readonly keptChanges: number;
  /** Told after each batch that was committed. */
  readonly written: (answer: ApplyAnswer) => void;
}

/**
 * Puts the writes that are asked for at the same moment into one statement: one way to the server, one commit. While one is
 * under way, the next gathers. Each caller gets an answer of its own.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #waiting: PendingWrite[] = [];
  /** All that is not answered, the one that was asked for first first. */
  readonly #open = new Map<PendingWrite, number>();
  #timer: NodeJS.Timeout | null = null;
  #draining: Promise<void> | null = null;
  #lastError: unknown = null;
  #closed = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  do(write: Write, size: number): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        pending.settled = true;
        this.#open.delete(pending);
      };
      const pending: PendingWrite = {
        write,
        size,
        misses: 0,
        done: false,
        absent: false,
        lost: null,
        alone: false,
        settled: false,
        settle: (verdict) => {
          finish();
          resolve(verdict);
        },
        reject: (error) => {
          finish();
          reject(storeError(error));
        },
      };
      this.#open.set(pending, performance.now() + BUDGET_MS);
      this.#waiting.push(pending);
      this.#watchTime();
      this.#draining ??= this.#drain();
    });
  }

  /** Does what was asked for, as long as the server is there. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #drain(): Promise<void> {
    // Whoever was answered by the last batch, or waits for the same event, has its next write in this one.
    await turn();
    for (let attempt = 0; this.#waiting.length > 0;) {
      const batch = this.#nextBatch();
      if (batch === null) break;
      const delayMs = await this.#send(batch, attempt);
      attempt = delayMs > 0 ? attempt + 1 : 0;
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      else await turn();
    }
    this.#draining = null;
  }

  #nextBatch(): Batch | null {
    const waiting = this.#waiting.filter((pending) => !pending.settled);
    this.#waiting = [];
    const [first] = waiting;
    if (first === undefined) return null;
    const batch = new Batch(this.#options.known);
    for (const [index, pending] of waiting.entries()) {
      if (batch.isFull || (first.alone && index > 0)) {
        this.#waiting.push(...waiting.slice(index));
        break;
      }
      if ((pending.alone && pending !== first) || !batch.add(pending)) this.#waiting.push(pending);
    }
    return batch;
  }

  /** Answers with how long to wait before the next. */
  async #send(batch: Batch, attempt: number): Promise<number> {
    const { writes } = batch;
    try {
      const isLocked = writes.some(({ misses }) => misses >= MOST_MISSES);
      const again = await (isLocked ? this.#writeLocked(batch) : this.#write(batch));
      this.#putBack(again);
      return 0;
    } catch (error) {
      this.#lastError = error;
      const trouble = troubleOf(error);
      if (trouble === 'final' && writes.length === 1) {
        writes[0]?.reject(error);
        return 0;
      }
      if (trouble === 'away') batch.noteLost();
      if (trouble === 'final') for (const pending of writes) pending.alone = true;
      if (this.#closed) for (const pending of writes) pending.reject(error);
      this.#putBack(writes);
      return trouble === 'away' ? awayDelay(attempt) : clashDelay();
    }
  }

  async #write(batch: Batch): Promise<readonly PendingWrite[]> {
    const { database, apply, keptChanges, written } = this.#options;
    const deadline = performance.now() + BUDGET_MS;
    const answer = new ApplyAnswer(
      await database.askOnce(apply, batch.input().values(keptChanges), deadline),
    );
    const missed = batch.missed(answer);
    batch.settle(answer);
    written(answer);
    return missed;
  }

  /** Nobody else writes from the first answer on, so what is decided by it is right. */
  async #writeLocked(first: Batch): Promise<readonly PendingWrite[]> {
    const { database, known, written } = this.#options;
    const deadline = performance.now() + BUDGET_MS;
    const done: (readonly [Batch, ApplyAnswer])[] = [];
    const rest: PendingWrite[] = [];
    await database.transaction(deadline, async (ask) => {
      for (let batch: Batch | null = first; batch !== null;) {
        const answer: ApplyAnswer = await this.#applyIn(ask, batch);
        done.push([batch, answer]);
        const missed = batch.missed(answer);
        batch = null;
        if (missed.length === 0) return;
        const next = new Batch(known);
        for (const pending of missed) if (!next.add(pending)) rest.push(pending);
        batch = next;
      }
    });
    for (const [batch, answer] of done) batch.settle(answer);
    const last = done.at(-1);
    if (last) written(last[1]);
    return rest;
  }

  async #applyIn(ask: Ask, batch: Batch): Promise<ApplyAnswer> {
    const { apply, keptChanges } = this.#options;
    return new ApplyAnswer(await ask(apply, batch.input().values(keptChanges)));
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
    return new TaskMonitorError(
      'STORE_UNAVAILABLE',
      `PostgreSQL did not answer within ${BUDGET_MS / 1_000} s. Whether it was written is not known: repeating the call is safe.`,
      { cause: this.#lastError ?? undefined },
    );
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

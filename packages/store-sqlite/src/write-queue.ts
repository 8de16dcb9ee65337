import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

/** Calls that share a transaction at most. */
const MAX_BATCH = 200;

/** After so long a transaction takes no further call, so that the event loop gets its turn. */
const MAX_BATCH_MS = 20;

/** A caller that waits for each of its writes leaves no turn to anybody else: after so long it has to. */
const MAX_TURN_MS = 10;

interface Call {
  readonly work: () => unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly queuedAt: number;
}

export interface Transactions {
  /** Does all of `body` or nothing of it. */
  transact<T>(body: () => T): T;
  isBusy(error: unknown): boolean;
  /** What a caller is told of an error. */
  told(error: unknown): unknown;
  /** What a caller is told when the database was locked for all the time it had. */
  lockedOut(): unknown;
}

/**
 * Writes that are asked for at the same moment are done in one transaction, which waits for the disk once. Each gets its own
 * answer; where one of them fails, the transaction is taken back and each is done alone.
 */
export class WriteQueue {
  readonly #transactions: Transactions;
  readonly #patienceMs: number;
  readonly #now: () => number;
  readonly #calls: Call[] = [];
  #planned = false;
  /** How many calls are to be done alone. */
  #alone = 0;
  /** How often in a row the database was locked. */
  #locked = 0;
  #lastBatch = 1;
  #turnSince: number | null = null;
  #retry: NodeJS.Timeout | undefined;

  constructor(
    transactions: Transactions,
    patienceMs: number,
    now: () => number = () => performance.now(),
  ) {
    this.#transactions = transactions;
    this.#patienceMs = patienceMs;
    this.#now = now;
  }

  add<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#calls.push({
        work,
        resolve: resolve as (answer: unknown) => void,
        reject,
        queuedAt: this.#now(),
      });
      this.#plan();
    });
  }

  /** Does, once, what is still to be done, and rejects what could not be. */
  close(reason: unknown): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    for (let before = Infinity; this.#calls.length > 0 && this.#calls.length < before;) {
      before = this.#calls.length;
      this.#flush();
    }
    clearTimeout(this.#retry);
    for (const call of this.#calls.splice(0)) call.reject(reason);
  }

  #plan(): void {
    if (this.#planned || this.#retry !== undefined || this.#calls.length === 0) return;
    this.#planned = true;
    const flush = (): void => {
      this.#planned = false;
      if (this.#retry === undefined) this.#flush();
    };
    // Callers that were answered together ask again one after the other: a turn later all of them have.
    if (this.#lastBatch > 1 || this.#calls.length > 1 || !this.#mayStay()) setImmediate(flush);
    else queueMicrotask(flush);
  }

  /** Whether this turn of the event loop has not been going on for long. */
  #mayStay(): boolean {
    const now = this.#now();
    if (this.#turnSince === null) {
      this.#turnSince = now;
      setImmediate(() => (this.#turnSince = null));
    }
    return now - this.#turnSince < MAX_TURN_MS;
  }

  #flush(): void {
    const limit = this.#alone > 0 ? 1 : MAX_BATCH;
    const batch = this.#calls.slice(0, limit);
    if (batch.length === 0) return;
    const startedAt = this.#now();
    const answers: unknown[] = [];
    try {
      this.#transactions.transact(() => {
        for (const call of batch) {
          answers.push(call.work());
          if (this.#now() - startedAt > MAX_BATCH_MS) break;
        }
      });
    } catch (error) {
      this.#failed(batch, error);
      return;
    }
    this.#locked = 0;
    this.#done(answers.length);
    for (const [index, answer] of answers.entries()) (batch[index] as Call).resolve(answer);
    this.#plan();
  }

  #failed(batch: readonly Call[], error: unknown): void {
    if (this.#transactions.isBusy(error)) {
      this.#waitForLock();
    } else if (batch.length === 1) {
      this.#done(1);
      (batch[0] as Call).reject(this.#transactions.told(error));
      this.#plan();
    } else {
      this.#alone = batch.length;
      this.#plan();
    }
  }

  #done(calls: number): void {
    this.#calls.splice(0, calls);
    this.#lastBatch = calls;
    this.#alone = Math.max(0, this.#alone - calls);
  }

  #waitForLock(): void {
    const oldest = this.#now() - this.#patienceMs;
    while (this.#calls.length > 0 && (this.#calls[0] as Call).queuedAt <= oldest) {
      (this.#calls[0] as Call).reject(this.#transactions.lockedOut());
      this.#done(1);
    }
    if (this.#calls.length === 0) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#flush();
    }, pauseMs(this.#locked++));
  }
}

/** How long to wait for a lock after so many times in vain: 1 to 25 ms, each process at moments of its own. */
export function pauseMs(times: number): number {
  return 1 + Math.random() * Math.min(24, 2 ** times);
}

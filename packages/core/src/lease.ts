import { Mutex } from 'async-mutex';
import type { Clock, Timer } from './clock.js';
import { newId } from './id.js';
import { hasDied, processIdentity } from './process-identity.js';
import type { LeaseHolder, TaskStore } from './store.js';
import type { Owner, TaskFailure } from './task.js';
import type { TaskWriter } from './task-writer.js';

/**
 * A lease of 30 s, renewed every 5 s, outlasts five lost renewals and a failover of about 20 s. A search every 10 s then
 * finds a dead owner within 45 s. Being wrong costs a wrong label, never a second execution.
 */
export const LEASE = Object.freeze({
  durationMs: 30_000,
  renewEveryMs: 5_000,
  searchEveryMs: 10_000,
  /**
   * After a restart, tasks of the process before are not to stay `running`. One look is not enough: who was killed takes a
   * moment to die, and a server to do what it was asked for. So there is one 0.1, 0.5, 1, 1.6 and 3 s after the opening,
   * later where the store is slow: a look follows the one before.
   */
  pausesBeforeLooksMs: [100, 400, 500, 600, 1_400],
  /** More than a late search (12 s), less than what could let a lease run out unseen (30 − 2 × 5 − 4 s). */
  gapMs: 16_000,
  graceMs: 30_000,
  /** Tasks failed in one call. */
  batch: 1_000,
});

export interface LeaseEvents {
  /** Somebody wants these running tasks of ours cancelled. */
  cancelRequested(ids: readonly string[]): void;
  /** The lease was taken away: our tasks were declared orphaned. */
  lost(): void;
  error(error: unknown): void;
}

/** Keeps this monitor's lease, and ends the tasks of owners that did not keep theirs. */
export class LeaseKeeper {
  readonly #store: TaskStore;
  readonly #writer: TaskWriter;
  readonly #clock: Clock;
  readonly #events: LeaseEvents;
  /** Taking, renewing and giving back come one after the other. */
  readonly #inTurn = new Mutex();
  readonly #identity = processIdentity();
  #owner: Owner;
  #held = false;
  #heldAt = 0;
  #renewal: Timer | null = null;
  #search: Timer | null = null;
  #look: Timer | null = null;
  #drift = 0;
  #closed = false;

  constructor(store: TaskStore, writer: TaskWriter, clock: Clock, events: LeaseEvents) {
    this.#store = store;
    this.#writer = writer;
    this.#clock = clock;
    this.#events = events;
    this.#owner = this.#newOwner();
    this.#drift = clock.now() - clock.monotonic();
    this.#planSearch();
    this.#planLook();
  }

  get owner(): Owner {
    return this.#owner;
  }

  /** For sure: after a pause it may have been taken away, which the next renewal is yet to find out. */
  get held(): boolean {
    return this.#held && this.#clock.monotonic() - this.#heldAt < LEASE.durationMs;
  }

  /** It is held, and should have been renewed long ago: this process, or its way to the store, was held up. */
  get isLate(): boolean {
    return this.#held && this.#clock.monotonic() - this.#heldAt > 2 * LEASE.renewEveryMs;
  }

  /** Takes the lease if it is not held. Call before any task gets this owner: a task must never be without a lease. */
  async hold(): Promise<Owner> {
    if (!this.held) {
      await this.#inTurn.runExclusive(async () => {
        if (this.held || this.#closed) return;
        await this.#renew();
        this.#planRenewal();
      });
    }
    return this.#owner;
  }

  stop(): void {
    this.#closed = true;
    this.#renewal?.cancel();
    this.#search?.cancel();
    this.#look?.cancel();
  }

  /** Fails every active task of this owner with `error`, then gives the lease back. */
  giveUp(error: TaskFailure): Promise<void> {
    return this.#inTurn.runExclusive(async () => {
      if (!this.#held) return;
      await this.#expire([this.#owner.id], 'named', error);
      await this.#store.releaseLease(this.#owner.id);
      this.#held = false;
    });
  }

  async #renew(): Promise<void> {
    const { bootId, pidStart } = this.#identity;
    const askedAt = this.#clock.monotonic();
    const answer = await this.#store.renewLease({
      owner: this.#owner,
      bootId,
      pidStart,
      durationMs: LEASE.durationMs,
      renew: this.#held,
    });
    if (answer.outcome === 'lost') {
      this.#held = false;
      this.#owner = this.#newOwner();
      this.#events.lost();
      return this.#renew();
    }
    this.#held = true;
    this.#heldAt = askedAt;
    if (answer.cancelRequested.length > 0) this.#events.cancelRequested(answer.cancelRequested);
  }

  /** The next renewal is planned when this one is over: a slow store never gets two at a time. */
  #planRenewal(): void {
    this.#renewal?.cancel();
    if (this.#closed) return;
    this.#renewal = this.#clock.after(LEASE.renewEveryMs, () => {
      this.#inTurn
        .runExclusive(async () => {
          if (!this.#closed) await this.#renew();
        })
        .catch((error: unknown) => this.#report(error))
        .finally(() => this.#planRenewal());
    });
  }

  #planSearch(): void {
    if (this.#closed) return;
    // A fifth more or less, so that many processes do not all search at the same moment.
    const delayMs = LEASE.searchEveryMs * (0.8 + 0.4 * Math.random());
    this.#search = this.#clock.after(delayMs, () => {
      this.#searchDead()
        .catch((error: unknown) => this.#report(error))
        .finally(() => this.#planSearch());
    });
  }

  async #searchDead(): Promise<void> {
    await this.hold();
    if (this.#closed || !this.#mayJudge()) return;
    await this.#endTasksOf(this.#deadAmong(await this.#expire([], 'expired', ORPHANED)));
  }

  #planLook(looks = 0): void {
    const pauseMs = LEASE.pausesBeforeLooksMs[looks];
    if (pauseMs === undefined || this.#closed) return;
    this.#look = this.#clock.after(pauseMs, () => {
      this.#lookForDead()
        .catch((error: unknown) => this.#report(error))
        .finally(() => this.#planLook(looks + 1));
    });
  }

  /**
   * Ends also what owners without a lease left: somebody found them dead before, maybe a process that has died itself since,
   * but what they asked for was done only then.
   */
  async #lookForDead(): Promise<void> {
    await this.#endTasksOf(this.#deadAmong(await this.#expire([], 'unowned', ORPHANED)));
  }

  /** Who died on this machine is known at once: its lease need not run out. */
  #deadAmong(holders: readonly LeaseHolder[]): readonly string[] {
    return holders.filter((holder) => hasDied(holder, this.#identity)).map(({ owner }) => owner.id);
  }

  async #endTasksOf(dead: readonly string[]): Promise<void> {
    if (dead.length > 0 && !this.#closed) await this.#expire(dead, 'named', ORPHANED);
  }

  /** Who was away itself (a pause, a sleeping or re-set clock, an outage) must not declare others dead. */
  #mayJudge(): boolean {
    const drift = this.#clock.now() - this.#clock.monotonic();
    const jumped = Math.abs(drift - this.#drift) > LEASE.durationMs / 2;
    this.#drift = drift;
    return !jumped && this.#clock.monotonic() - this.#heldAt <= 2 * LEASE.renewEveryMs;
  }

  /**
   * Ends the tasks of the `dead`, and of owners that hold no lease, or whose lease ran out. Answers with who holds a lease
   * afterwards.
   */
  async #expire(
    dead: readonly string[],
    also: 'named' | 'unowned' | 'expired',
    error: TaskFailure,
  ): Promise<readonly LeaseHolder[]> {
    const cause = error.code === 'SHUTDOWN' ? 'shutdown' : 'orphaned';
    for (;;) {
      const answer = await this.#store.expireLeases({
        dead,
        expired: also === 'expired',
        withoutLease: also === 'unowned',
        gapMs: LEASE.gapMs,
        graceMs: LEASE.graceMs,
        error,
        endedBy: this.#writer.endedBy(cause),
        at: this.#clock.now(),
        limit: LEASE.batch,
        operation: this.#writer.operation(),
      });
      if (!answer.more) return answer.holders;
    }
  }

  /** What was still on its way when the monitor was closed may well fail. */
  #report(error: unknown): void {
    if (!this.#closed) this.#events.error(error);
  }

  #newOwner(): Owner {
    const { host, pid } = this.#identity;
    return Object.freeze({ id: newId(), host, pid });
  }
}

const ORPHANED: TaskFailure = Object.freeze({
  code: 'ORPHANED',
  message: 'The process that ran it died, or was away for longer than its lease.',
  name: null,
  stack: null,
});

import type { ExpireRequest, LeaseHolder, LeaseRequest, LeaseState } from '../store.js';

interface Lease extends LeaseHolder {
  expiresAt: number;
}

/** Who holds a lease until when, by the store's own clock (milliseconds that never go back). */
export class Leases {
  readonly #now: () => number;
  readonly #leases = new Map<string, Lease>();
  #searchedAt: number;
  #searchNotBefore = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#searchedAt = now();
  }

  renew(request: LeaseRequest): 'held' | 'lost' {
    const { owner, bootId, pidStart, durationMs, renew } = request;
    if (renew && !this.#leases.has(owner.id)) return 'lost';
    this.#leases.set(owner.id, { owner, bootId, pidStart, expiresAt: this.#now() + durationMs });
    return 'held';
  }

  release(ownerId: string): void {
    this.#leases.delete(ownerId);
  }

  holders(): readonly LeaseHolder[] {
    return [...this.#leases.values()].map(({ owner, bootId, pidStart }) => ({
      owner,
      bootId,
      pidStart,
    }));
  }

  states(): readonly LeaseState[] {
    const now = this.#now();
    return [...this.#leases.values()].map(({ owner, expiresAt }) => ({
      owner,
      remainingMs: expiresAt - now,
    }));
  }

  /** Whose tasks are to be failed now. */
  dead(request: ExpireRequest): DeadOwners {
    const named = new Set(request.dead);
    const { withoutLease: alsoWithoutLease = false } = request;
    if (!request.expired) return { named, alsoWithoutLease };
    const now = this.#now();
    // A long time without a search means that everybody may have been away (an outage, a sleeping machine). Whoever is
    // alive gets time to renew before anybody is declared dead.
    if (now - this.#searchedAt > request.gapMs) this.#searchNotBefore = now + request.graceMs;
    this.#searchedAt = now;
    if (now < this.#searchNotBefore) return { named, alsoWithoutLease };
    for (const [ownerId, lease] of this.#leases) if (lease.expiresAt < now) named.add(ownerId);
    return { named, alsoWithoutLease: true };
  }

  isHeldBy(ownerId: string): boolean {
    return this.#leases.has(ownerId);
  }
}

export interface DeadOwners {
  readonly named: ReadonlySet<string>;
  /** An owner may have lost its lease between looking at it and writing a task. */
  readonly alsoWithoutLease: boolean;
}

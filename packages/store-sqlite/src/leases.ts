import type {
  ExpireRequest,
  LeaseHolder,
  LeaseRequest,
  LeaseState,
  Owner,
} from '@task-monitor/core';
import { TaskMonitorError } from '@task-monitor/core';
import type { Connection } from './connection.js';
import { frozen, parse } from './row.js';

/** By how much the wall clock may go back without being taken for one that was set. */
const TOLERATED_MS = 1_000;

interface Search {
  readonly searched_at: number;
  readonly search_not_before: number;
}

/**
 * Who holds a lease until when. The wall clock of the machine is the only one that the processes on one file share, and
 * somebody may set it: forward, that looks like a long time without a search; back, like a search in the future.
 */
export class Leases {
  readonly #connection: Connection;
  readonly #now: () => number;

  constructor(connection: Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  renew({ owner, bootId, pidStart, durationMs, renew }: LeaseRequest): 'held' | 'lost' {
    if (renew && !this.isHeldBy(owner.id)) return 'lost';
    this.#connection.run(
      'INSERT OR REPLACE INTO leases (owner_id, owner, boot_id, pid_start, expires_at) VALUES (?, ?, ?, ?, ?)',
      owner.id,
      JSON.stringify(owner),
      bootId,
      pidStart,
      this.#now() + durationMs,
    );
    return 'held';
  }

  release(ownerId: string): void {
    this.#connection.run('DELETE FROM leases WHERE owner_id = ?', ownerId);
  }

  isHeldBy(ownerId: string): boolean {
    return (
      this.#connection.get('SELECT 1 AS held FROM leases WHERE owner_id = ?', ownerId) !== undefined
    );
  }

  holders(): readonly LeaseHolder[] {
    return this.#connection
      .all<{ readonly owner: string; readonly boot_id: string; readonly pid_start: string }>(
        'SELECT owner, boot_id, pid_start FROM leases',
      )
      .map(({ owner, boot_id: bootId, pid_start: pidStart }) => ({
        owner: frozen(parse(owner)) as Owner,
        bootId,
        pidStart,
      }));
  }

  states(): readonly LeaseState[] {
    const now = this.#now();
    return this.#connection
      .all<{ readonly owner: string; readonly expires_at: number }>(
        'SELECT owner, expires_at FROM leases',
      )
      .map(({ owner, expires_at: expiresAt }) => ({
        owner: frozen(parse(owner)) as Owner,
        remainingMs: expiresAt - now,
      }));
  }

  /** Whose leases ran out. `null` while nobody may be declared dead for that. */
  ranOut({ gapMs, graceMs }: ExpireRequest): readonly string[] | null {
    const now = this.#now();
    const { searched_at: searchedAt, search_not_before: notBefore } = this.#lastSearch();
    const wasSetBack = now < searchedAt - TOLERATED_MS;
    // A long time without a search means that everybody may have been away (an outage, a sleeping machine). Whoever is
    // alive gets time to renew before anybody is declared dead.
    const grace = wasSetBack || now - searchedAt > gapMs;
    // Leases that were taken before the clock was set back would hold for as long as it was.
    if (wasSetBack)
      this.#connection.run('UPDATE leases SET expires_at = min(expires_at, ?)', now + graceMs);
    const next = grace ? now + graceMs : notBefore;
    this.#connection.run('UPDATE store SET searched_at = ?, search_not_before = ?', now, next);
    if (now < next) return null;
    return this.#connection
      .all<{ readonly owner_id: string }>('SELECT owner_id FROM leases WHERE expires_at < ?', now)
      .map((lease) => lease.owner_id);
  }

  #lastSearch(): Search {
    const search = this.#connection.get<Search>('SELECT searched_at, search_not_before FROM store');
    if (search !== undefined) return search;
    throw new TaskMonitorError('STORE_CORRUPT', 'The table `store` of the file has no row.');
  }
}

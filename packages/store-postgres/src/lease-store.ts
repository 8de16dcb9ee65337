import type {
  ExpireAnswer,
  ExpireRequest,
  LeaseAnswer,
  LeaseHolder,
  LeaseRequest,
  LeaseState,
  TaskPatch,
} from '@task-monitor/core';
import { ApplyAnswer, type Written } from './apply-answer.js';
import { ApplyInput } from './apply-input.js';
import type { Ask, Database } from './database.js';
import { deepFrozen, type KeptTask } from './kept-task.js';
import type { KnownTasks } from './known-tasks.js';
import { jsonOf, keptTaskOf, TASK_COLUMNS, textOf } from './row.js';
import { failure } from './write.js';

export interface LeaseStoreOptions {
  /** Quoted. */
  readonly schema: string;
  readonly database: Database;
  /** A way of their own: whatever else goes on, leases are renewed. */
  readonly renewals: Database;
  readonly known: KnownTasks;
  readonly apply: string;
  readonly keptChanges: number;
  readonly written: (done: Written) => void;
}

/** Who holds a lease until when, by the clock of the database. */
export class LeaseStore {
  readonly #options: LeaseStoreOptions;

  constructor(options: LeaseStoreOptions) {
    this.#options = options;
  }

  async renew(request: LeaseRequest): Promise<LeaseAnswer> {
    const { schema, renewals } = this.#options;
    const { owner, bootId, pidStart, durationMs, renew } = request;
    const expiresAt = `${schema}.lease_clock() + make_interval(secs => $3::float8 / 1000)`;
    // A search that takes the lease away locks its row: of the two, one wins.
    const write = renew
      ? `UPDATE ${schema}.leases SET holder = $2, expires_at = ${expiresAt} WHERE owner = $1`
      : `INSERT INTO ${schema}.leases (owner, holder, expires_at) VALUES ($1, $2, ${expiresAt})
         ON CONFLICT (owner) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at`;
    const holder: LeaseHolder = { owner, bootId, pidStart };
    const rows = await renewals.ask(
      `WITH held AS (${write} RETURNING owner)
       SELECT 'held', owner FROM held
       UNION ALL
       SELECT 'cancel', id FROM ${schema}.tasks
         WHERE owner = $1 AND status = 'running' AND cancel_requested`,
      [owner.id, JSON.stringify(holder), durationMs],
    );
    return {
      outcome: rows.some(([kind]) => kind === 'held') ? 'held' : 'lost',
      cancelRequested: rows.filter(([kind]) => kind === 'cancel').map(([, id]) => textOf(id)),
    };
  }

  async release(owner: string): Promise<void> {
    const { schema, renewals } = this.#options;
    await renewals.ask(`DELETE FROM ${schema}.leases WHERE owner = $1`, [owner]);
  }

  async states(): Promise<readonly LeaseState[]> {
    const { schema, database } = this.#options;
    const rows = await database.ask(
      `SELECT l.holder, extract(epoch FROM l.expires_at - c.now) * 1000
         FROM ${schema}.leases l, (SELECT ${schema}.lease_clock() AS now OFFSET 0) c ORDER BY l.owner`,
    );
    return rows.map(([holder, remainingMs]) => ({
      owner: (deepFrozen(jsonOf(holder)) as LeaseHolder).owner,
      remainingMs: Number(remainingMs),
    }));
  }

  expire(request: ExpireRequest): Promise<ExpireAnswer> {
    const { database, known, written } = this.#options;
    return database.persistently(async (deadline) => {
      const { failed, done, more, holders } = await database.transaction(deadline, (ask) =>
        this.#expireIn(ask, request),
      );
      for (const kept of failed) known.learn(kept);
      if (done !== null) written(done);
      return { tasks: failed.map(({ task }) => task), more, holders };
    });
  }

  async #expireIn(ask: Ask, request: ExpireRequest): Promise<Expired> {
    const judgesAll = request.expired && (await this.#mayJudge(ask, request));
    await this.#takeAway(ask, request.dead, judgesAll);
    const found = await this.#victims(ask, request, judgesAll);
    const victims = found.slice(0, request.limit);
    const failed = victims.length === 0 ? NOTHING_DONE : await this.#fail(ask, victims, request);
    return { ...failed, more: found.length > request.limit, holders: await this.#holders(ask) };
  }

  /**
   * A long time without a search means that everybody may have been away (an outage, a sleeping machine). Whoever is alive
   * gets time to renew before anybody is declared dead.
   */
  async #mayJudge(ask: Ask, { gapMs, graceMs }: ExpireRequest): Promise<boolean> {
    const { schema } = this.#options;
    await ask(`SELECT FROM ${schema}.lease_search FOR UPDATE`);
    const [row] = await ask(
      `UPDATE ${schema}.lease_search s
         SET searched_at = c.now, not_before = CASE
           WHEN c.now - s.searched_at > make_interval(secs => $1::float8 / 1000)
             THEN c.now + make_interval(secs => $2::float8 / 1000)
           ELSE s.not_before END
         FROM (SELECT ${schema}.lease_clock() AS now OFFSET 0) c
         RETURNING c.now >= s.not_before`,
      [gapMs, graceMs],
    );
    return row?.[0] === 't';
  }

  /** At once, and not when the last of their tasks is failed: an owner that renews in between must hear that it lost. */
  async #takeAway(ask: Ask, dead: readonly string[], judgesAll: boolean): Promise<void> {
    const { schema } = this.#options;
    await ask(
      `DELETE FROM ${schema}.leases WHERE owner = ANY ($1::text[])
         OR ($2 AND expires_at < ${schema}.lease_clock())`,
      [dead, judgesAll],
    );
  }

  /** Looked for without a lock first: mostly there is none, and then nobody has to wait. */
  async #victims(
    ask: Ask,
    { dead, limit, withoutLease = false }: ExpireRequest,
    judgesAll: boolean,
  ): Promise<readonly KeptTask[]> {
    const { schema } = this.#options;
    const owners =
      judgesAll || withoutLease ? [...dead, ...(await this.#ownersWithoutLease(ask))] : dead;
    if (owners.length === 0) return [];
    const query =
      `SELECT ${TASK_COLUMNS} FROM ${schema}.tasks t WHERE t.owner = ANY ($1::text[]) ` +
      `AND t.status IN ('pending', 'running') ORDER BY t.number LIMIT $2`;
    const before = await ask(query, [owners, limit + 1]);
    if (before.length === 0) return [];
    await ask(`SELECT FROM ${schema}.meta FOR UPDATE`);
    return (await ask(query, [owners, limit + 1])).map(keptTaskOf);
  }

  /** Of active tasks. An owner may have lost its lease between looking at it and writing a task. */
  async #ownersWithoutLease(ask: Ask): Promise<readonly string[]> {
    const { schema } = this.#options;
    // From owner to owner through the index: what this costs does not depend on how many tasks each has.
    const next = (after: string): string =>
      `(SELECT owner FROM ${schema}.tasks WHERE status IN ('pending', 'running')
          AND owner IS NOT NULL${after} ORDER BY owner LIMIT 1)`;
    const rows = await ask(
      `WITH RECURSIVE owners AS (
         ${next('')}
         UNION ALL
         SELECT ${next(' AND owner > o.owner')} FROM owners o WHERE o.owner IS NOT NULL
       )
       SELECT owner FROM owners o WHERE owner IS NOT NULL
         AND NOT EXISTS (SELECT FROM ${schema}.leases l WHERE l.owner = o.owner)`,
    );
    return rows.map(([owner]) => textOf(owner));
  }

  async #fail(
    ask: Ask,
    victims: readonly KeptTask[],
    { error, endedBy, at }: ExpireRequest,
  ): Promise<Pick<Expired, 'failed' | 'done'>> {
    const { apply, keptChanges } = this.#options;
    const set: TaskPatch = { status: 'failed', completedAt: at, error, endedBy };
    const input = new ApplyInput();
    const failed = victims.map((before) => {
      const effect = failure(before, set);
      const { kept } = effect;
      const place = { number: kept.task.number };
      input.change(place, effect, kept);
      input.leave(place, kept, before.task);
      input.count(kept.task, before.task.status, kept.task.status);
      return kept;
    });
    const { done } = new ApplyAnswer(await ask(apply, input.values(keptChanges)));
    return { failed, done };
  }

  async #holders(ask: Ask): Promise<readonly LeaseHolder[]> {
    const rows = await ask(`SELECT holder FROM ${this.#options.schema}.leases ORDER BY owner`);
    return rows.map(([holder]) => deepFrozen(jsonOf(holder)) as LeaseHolder);
  }
}

interface Expired {
  readonly failed: readonly KeptTask[];
  readonly done: Written | null;
  readonly more: boolean;
  readonly holders: readonly LeaseHolder[];
}

const NOTHING_DONE = { failed: [], done: null };

import type pg from 'pg';
import type { ChangePage, ChangesRequest, Position } from '@task-monitor/core';
import type { Written } from './apply-answer.js';
import { changesIn, changesQuery, endQuery, noMeta, placeOf, positionOf } from './change-query.js';
import { ChangeWaiters } from './change-waiters.js';
import type { Database } from './database.js';
import { Doorbell } from './doorbell.js';
import { numberOf, textOf } from './row.js';
import { WHICH_SESSION } from './shared-session.js';

export interface ChangeReaderOptions {
  /** Quoted. */
  readonly schema: string;
  readonly database: Database;
  readonly client: () => pg.Client;
}

/** Fewer changes are kept where they are larger than this together: output and results may be large. */
const MAX_BYTES = 64 * 1024 * 1024;

/** How often it is looked how large they are, in changes. */
const MEASURE_EVERY = 500;

/** Rows that are thrown away in one statement. */
const SWEEP_SLICE = 5_000;

/** Reads the changes that are kept, waits for further ones, and throws those away that are not kept any more. */
export class ChangeReader {
  readonly #options: ChangeReaderOptions;
  readonly #waiters: ChangeWaiters;
  #doorbell: Promise<Doorbell> | null = null;
  #sweeping: Promise<void> | null = null;
  #sweptTo = 0;
  #measuredAt = 0;
  #closed = false;

  constructor(options: ChangeReaderOptions) {
    this.#options = options;
    this.#waiters = new ChangeWaiters({
      ask: async () => numberOf((await this.#end())[1]),
      begun: () => void this.#bell().then((doorbell) => doorbell.listen(), ignore),
    });
  }

  async after(
    position: Position | null,
    { limit, waitMs, signal }: ChangesRequest,
    assertOpen: () => void,
  ): Promise<ChangePage> {
    if (position === null) return this.#now(false);
    const place = placeOf(position);
    if (place === null) return this.#now(true);
    const until = performance.now() + waitMs;
    for (;;) {
      const rows = await this.#options.database.ask(changesQuery(this.#options.schema), [
        place.store,
        place.number,
        limit,
      ]);
      const { end, forgotten, changes } = changesIn(rows);
      const isKnown =
        place.store === end.store && place.number >= forgotten && place.number <= end.number;
      if (!isKnown) return { reset: true, changes: [], position: positionOf(end) };
      const leftMs = until - performance.now();
      if (changes.length > 0 || !(leftMs > 0) || signal?.aborted)
        return { reset: false, changes, position: changes.at(-1)?.position ?? position };
      await this.#waiters.wait(place.number, leftMs, signal);
      assertOpen();
    }
  }

  /** Something was written by this store. */
  readonly written = ({ position, forgotten }: Written): void => {
    this.#waiters.reached(position);
    void this.#bell().then((doorbell) => doorbell.ring(position), ignore);
    this.#throwAway(position, forgotten);
  };

  /** Ends every wait. */
  wake(): void {
    this.#closed = true;
    this.#waiters.close();
  }

  /** Whatever is under way ends by itself, when its connection does. */
  async close(): Promise<void> {
    await this.#doorbell?.then((doorbell) => doorbell.close(), ignore);
  }

  async #now(reset: boolean): Promise<ChangePage> {
    const [store, number] = await this.#end();
    return {
      reset,
      changes: [],
      position: positionOf({ store: textOf(store), number: numberOf(number) }),
    };
  }

  async #end(): Promise<readonly (string | null)[]> {
    const [row] = await this.#options.database.ask(endQuery(this.#options.schema));
    if (row === undefined) throw noMeta();
    return row;
  }

  /** Its channel has the name of the store, which is asked for once. */
  #bell(): Promise<Doorbell> {
    this.#doorbell ??= this.#end().then(([store]) => {
      const { database, client } = this.#options;
      return new Doorbell({
        client,
        channel: `task_monitor_${textOf(store)}`,
        notify: (channel, payload) => database.ask('SELECT pg_notify($1, $2)', [channel, payload]),
        elsewhere: async () => numberOf((await database.ask(WHICH_SESSION))[0]?.[0]),
        rung: () => this.#waiters.look(),
        deaf: warnOfDeafness,
      });
    });
    this.#doorbell.catch(() => (this.#doorbell = null));
    return this.#doorbell;
  }

  #throwAway(position: number, forgotten: number): void {
    if (this.#sweeping !== null || this.#closed) return;
    const isDue =
      Math.floor(position / MEASURE_EVERY) > Math.floor(this.#measuredAt / MEASURE_EVERY);
    if (!isDue && forgotten <= this.#sweptTo) return;
    if (isDue) this.#measuredAt = position;
    const sweeping = async (): Promise<void> => {
      const keptAfter = isDue ? await this.#forgetLarge() : forgotten;
      if (keptAfter <= this.#sweptTo) return;
      while (!this.#closed && (await this.#sweepSlice()));
      this.#sweptTo = keptAfter;
    };
    // What was not thrown away this time goes the next time.
    this.#sweeping = sweeping()
      .then(ignore, ignore)
      .finally(() => (this.#sweeping = null));
  }

  /** Answers with the position up to which no change is kept. */
  async #forgetLarge(): Promise<number> {
    const { database, schema } = this.#options;
    const [row] = await database.ask(`SELECT ${schema}.forget_large_changes($1)`, [MAX_BYTES]);
    return numberOf(row?.[0]);
  }

  /** Answers with whether there is more. */
  async #sweepSlice(): Promise<boolean> {
    const { database, schema } = this.#options;
    const [row] = await database.ask(`SELECT ${schema}.sweep($1)`, [SWEEP_SLICE]);
    return row?.[0] === 't';
  }
}

function ignore(): void {}

function warnOfDeafness(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.emitWarning(
    `PostgreSQL does not notify this process (${reason}). Changes of other processes are looked for every second instead.`,
    { type: 'TaskMonitorWarning', code: 'TASK_MONITOR_NO_NOTIFY' },
  );
}

import { boolean, choice, integer, nullable, object, type Schema, text } from './schema.js';

/** Whether what the API answers can be trusted. */
export interface WireVitals {
  /** `degraded`: what is shown may be wrong or late. `unavailable`: the store does not answer; the status is 503. */
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly store: WireStoreVitals;
  readonly audit: WireAudit;
  readonly feed: WireFeed;
  /** How often a reader of this process missed changes and read the state anew. */
  readonly dropped_events: number;
  /** `null` for a caller who may see a part of the tasks. */
  readonly evictions: WireEvictions | null;
  readonly checked_at: string;
}

export interface WireStoreVitals {
  readonly reachable: boolean;
  readonly latency_ms: number | null;
}

/** Whether the counters of the store are what a look at every task gave; `null` before the first. */
export interface WireAudit {
  readonly result: 'ok' | 'differs' | null;
  readonly at: string | null;
  readonly age_ms: number | null;
}

export interface WireFeed {
  /** Since when this process is behind the changes; `null` while nobody follows them here. */
  readonly lag_ms: number | null;
  readonly streams: number;
}

/** Tasks that retention removed in this process. */
export interface WireEvictions {
  readonly age: number;
  readonly count: number;
  readonly bytes: number;
}

export const VITALS: Schema<WireVitals> = object<WireVitals>(
  'Vitals',
  'Whether what the API answers can be trusted.',
  {
    status: choice(
      ['ok', 'degraded', 'unavailable'],
      '`degraded`: what is shown may be wrong or late. `unavailable`: the store does not answer.',
    ),
    store: object<WireStoreVitals>('StoreVitals', 'Whether the store answers.', {
      reachable: boolean('Whether it answered within two seconds.'),
      latency_ms: nullable(integer('How long it took; `null`: it did not.')),
    }),
    audit: object<WireAudit>('Audit', 'The last comparison of counters and tasks.', {
      result: nullable(
        choice(['ok', 'differs'], 'Whether the counters were right; `null` before the first.'),
      ),
      at: nullable(text('When it ended.', 'date-time')),
      age_ms: nullable(integer('How long ago that was.')),
    }),
    feed: object<WireFeed>('Feed', 'Whether changes arrive.', {
      lag_ms: nullable(integer('Since when this process is behind; `null`: nobody follows here.')),
      streams: integer('Streams that are open in this process.'),
    }),
    dropped_events: integer(
      'How often a reader of this process missed changes and read the state anew.',
    ),
    evictions: nullable(
      object<WireEvictions>('Evictions', 'Tasks that retention removed in this process.', {
        age: integer('They finished long enough ago.'),
        count: integer('There were too many.'),
        bytes: integer('They took too much memory.'),
      }),
    ),
    checked_at: text('When this was looked at: at most a second ago.', 'date-time'),
  },
);

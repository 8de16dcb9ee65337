import type { Answers } from '../contract.js';
import { json, type Reply } from '../reply.js';
import type { Call } from './call.js';

/** A screen that may be wrong is better than none: only one that has nothing to show is taken out of service. */
export async function health({ monitor, scope, streams, texts }: Call<'health'>): Promise<Reply> {
  const { status, store, audit, feedLagMs, resets, evictions, checkedAt } = await monitor.vitals();
  const seesAll = Object.keys(scope).length === 0;
  const answer: Answers['health'] = {
    status,
    store: { reachable: store.reachable, latency_ms: rounded(store.latencyMs) },
    audit: {
      result: audit.result,
      at: audit.at === null ? null : texts.timestamp(audit.at),
      age_ms: rounded(audit.ageMs),
    },
    feed: { lag_ms: rounded(feedLagMs), streams: streams.size },
    dropped_events: resets,
    evictions: seesAll ? evictions : null,
    checked_at: texts.timestamp(checkedAt),
  };
  return { ...json(JSON.stringify(answer)), status: status === 'unavailable' ? 503 : 200 };
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}

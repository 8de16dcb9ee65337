import { describe, expect, it } from '@jest/globals';
import { TaskApiError } from '@task-monitor/client';
import { freshnessOf } from './freshness.js';

const AWAY = new TaskApiError({
  code: 'NETWORK',
  detail: 'No answer to GET http://h/tasks/events: fetch failed (connect ECONNREFUSED)',
});

describe('freshnessOf', () => {
  it('is live while changes are told', () => {
    const state = { status: 'live' as const, since: 0, error: null };
    expect(freshnessOf(state, 0, 60_000)).toMatchObject({
      state: 'live',
      words: 'live',
      reason: null,
      knownAt: null,
    });
  });

  it('is on its way before anything was told', () => {
    const state = { status: 'connecting' as const, since: 0, error: null };
    expect(freshnessOf(state, 0, 0)).toMatchObject({ state: 'asked', words: 'connecting' });
  });

  it('is stale since the connection is away, and says why', () => {
    const state = { status: 'reconnecting' as const, since: 50_000, error: AWAY };
    expect(freshnessOf(state, 49_000, 62_000)).toEqual({
      state: 'stale',
      words: 'reconnecting · stale for 12 s',
      reason: 'connect ECONNREFUSED',
      knownAt: 50_000,
    });
  });

  it('is as old as the wish to know where nothing was ever answered', () => {
    const state = { status: 'connecting' as const, since: 50_000, error: AWAY };
    expect(freshnessOf(state, 0, 62_000).words).toBe('reconnecting · stale for 12 s');
  });

  it('is as old as the last answer where no stream gets through', () => {
    const state = { status: 'connecting' as const, since: 0, error: AWAY };
    expect(freshnessOf(state, 60_000, 62_000)).toMatchObject({ state: 'asked' });
    expect(freshnessOf(state, 50_000, 62_000)).toMatchObject({
      state: 'stale',
      words: 'reconnecting · stale for 12 s',
    });
  });
});

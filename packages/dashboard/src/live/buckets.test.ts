import { describe, expect, it } from '@jest/globals';
import { buckets } from './buckets.js';
import type { Ended } from './finished.js';

const NOON = Date.parse('2026-01-01T12:00:00Z');

describe('buckets', () => {
  it('counts what ended by the time and the way it ended', () => {
    const ended: Ended[] = [
      { status: 'completed', at: NOON - 65_000, durationMs: 1_000 },
      { status: 'completed', at: NOON - 63_000, durationMs: 3_000 },
      { status: 'failed', at: NOON - 62_000, durationMs: 9_000 },
      { status: 'cancelled', at: NOON - 1_000, durationMs: null },
    ];
    const { spanMs, starts, completed, failed, cancelled, p50, p90 } = buckets(ended, null, NOON);
    expect(spanMs).toBe(5_000);
    expect(starts).toHaveLength(48);
    expect(starts.at(-1)).toBe(NOON / 1_000);
    const minuteAgo = starts.indexOf(NOON / 1_000 - 65);
    expect([completed[minuteAgo], failed[minuteAgo], p50[minuteAgo], p90[minuteAgo]]).toEqual([
      2, 1, 1, 3,
    ]);
    expect(cancelled.at(-2)).toBe(1);
    expect(p50.at(-2)).toBeNull();
  });

  it('takes longer spans for longer times', () => {
    const spanOf = (agoMs: number): number =>
      buckets([{ status: 'failed', at: NOON - agoMs, durationMs: 1 }], null, NOON).spanMs;
    expect([10_000, 600_000, 3_600_000, 86_400_000].map(spanOf)).toEqual([
      5_000, 30_000, 300_000, 3_600_000,
    ]);
  });

  it('shows nothing of a time of which not all is known', () => {
    const since = NOON - 22_000;
    const { starts } = buckets([{ status: 'failed', at: since, durationMs: 1 }], since, NOON);
    expect(starts).toEqual(
      [NOON - 20_000, NOON - 15_000, NOON - 10_000, NOON - 5_000, NOON].map((ms) => ms / 1_000),
    );
  });

  it('has one span when nothing has ended', () => {
    expect(buckets([], null, NOON).completed.every((count) => count === 0)).toBe(true);
  });
});

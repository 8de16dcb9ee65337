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
    const { spanMs, start, completed, failed, cancelled, p50, p90 } = buckets(ended, null, NOON);
    expect(spanMs).toBe(5_000);
    expect(completed).toHaveLength(48);
    expect(start).toBe(NOON - 47 * 5_000);
    const minuteAgo = 47 - 65 / 5;
    expect([completed[minuteAgo], failed[minuteAgo], p50[minuteAgo], p90[minuteAgo]]).toEqual([
      2, 1, 1_000, 3_000,
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
    const since = NOON - 142_000;
    const { start, spanMs, failed } = buckets(
      [{ status: 'failed', at: since, durationMs: 1 }],
      since,
      NOON,
    );
    expect([start, spanMs, failed.length, failed[0]]).toEqual([NOON - 145_000, 5_000, 30, 1]);
  });

  it('takes short spans where so much ends that little else is known', () => {
    const since = NOON - 8_500;
    const ended: Ended[] = [
      { status: 'failed', at: since, durationMs: 1 },
      { status: 'completed', at: NOON - 7_900, durationMs: 1 },
      { status: 'completed', at: NOON, durationMs: 1 },
    ];
    const { start, spanMs, completed } = buckets(ended, since, NOON);
    expect([start, spanMs]).toEqual([NOON - 9_000, 1_000]);
    expect(completed).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('has one span where, by a clock that is behind, all ended after now', () => {
    const since = NOON + 300;
    const ended: Ended[] = [{ status: 'completed', at: since, durationMs: 1 }];
    const { start, completed } = buckets(ended, since, NOON - 900);
    expect([start, completed]).toEqual([NOON - 1_000, [0]]);
  });

  it('has one span when nothing has ended', () => {
    expect(buckets([], null, NOON).completed.every((count) => count === 0)).toBe(true);
  });
});

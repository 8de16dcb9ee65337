import { describe, expect, it } from '@jest/globals';
import { retryDelay } from './retry-delay.js';

const delay = (given: Partial<Parameters<typeof retryDelay>[0]>, chance = 0): number =>
  retryDelay(
    { failures: 1, retryMs: null, retryAfterMs: null, maxRetryMs: 30_000, ...given },
    () => chance,
  );

describe('retryDelay', () => {
  it('is what the stream asked for, or a second', () => {
    expect(delay({})).toBe(1_000);
    expect(delay({ retryMs: 2_500 })).toBe(2_500);
  });

  it('doubles with every failure, up to the most there may be', () => {
    const waits = [1, 2, 3, 4, 5, 6, 100].map((failures) => delay({ failures, retryMs: 2_000 }, 1));
    expect(waits).toEqual([3_000, 6_000, 12_000, 24_000, 30_000, 30_000, 30_000]);
  });

  it('is up to half as much longer by chance', () => {
    expect(delay({ retryMs: 2_000 }, 0.5)).toBe(2_500);
    expect(delay({ failures: 100 }, 0)).toBe(20_000);
  });

  it('is at least what Retry-After asked for, up to ten minutes', () => {
    expect(delay({ retryAfterMs: 60_000 })).toBe(60_000);
    expect(delay({ retryAfterMs: 500 })).toBe(1_000);
    expect(delay({ retryAfterMs: 1e9 })).toBe(600_000);
  });
});

import { describe, expect, it } from '@jest/globals';
import { etaInWords, later } from './eta.js';

const MINUTE = 60_000;

describe('etaInWords', () => {
  it.each([
    [2 * MINUTE, 2.5 * MINUTE, 'about 2 min'],
    [2 * MINUTE, 5 * MINUTE, '2–5 min'],
    [40_000, 3 * MINUTE, '40 s–3 min'],
    [45 * MINUTE, 90 * MINUTE, '45 min–1.5 h'],
    [0, 800, 'any moment'],
    [0, 20_000, '1–20 s'],
  ])('says from %d to %d ms as %s', (p50, p90, words) => {
    const said = etaInWords({ p50, p90 });
    expect(said).toBe(words);
    expect(said.length).toBeLessThanOrEqual(12);
  });
});

describe('later', () => {
  it('counts down to nothing', () => {
    expect(later({ p50: 1_000, p90: 5_000 }, 2_000)).toEqual({ p50: 0, p90: 3_000 });
  });
});

import { describe, expect, it } from '@jest/globals';
import { countTicks, durationTicks, timeTicks } from './axis.js';

describe('countTicks', () => {
  it.each([
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [6, [0, 2, 4, 6]],
    [13, [0, 5, 10]],
    [34, [0, 10, 20, 30]],
    [7.7, [0, 2, 4, 6]],
    [800, [0, 200, 400, 600, 800]],
    [1_300, [0, 500, 1_000]],
  ])('counts to %d by %j', (most, counts) => {
    expect(countTicks(most)).toEqual(counts);
  });

  it('has one to four steps, all of them whole, whatever there is to count', () => {
    for (let most = 1; most < 1e9; most = Math.ceil(most * 1.07)) {
      const found = countTicks(most);
      const isFew = found.length >= 2 && found.length <= 5;
      expect([most, isFew && found.every(Number.isInteger)]).toEqual([most, true]);
    }
  });
});

describe('durationTicks', () => {
  it.each([
    [400, [0, 100, 200, 300, 400]],
    [47_000, [0, 15_000, 30_000, 45_000]],
    [100_000, [0, 30_000, 60_000, 90_000]],
    [8_000_000, [0, 3_600_000, 7_200_000]],
  ])('divides %d ms into %j', (most, durations) => {
    expect(durationTicks(most)).toEqual(durations);
  });
});

describe('timeTicks', () => {
  const noon = Date.UTC(2026, 0, 31, 12);

  it('is where a clock shows something round', () => {
    expect(timeTicks(noon - 250_000, noon - 10_000, 6, true)).toEqual([
      noon - 240_000,
      noon - 180_000,
      noon - 120_000,
      noon - 60_000,
    ]);
  });

  it('has fewer where there is room for fewer', () => {
    expect(timeTicks(noon - 250_000, noon - 10_000, 3, true)).toEqual([
      noon - 240_000,
      noon - 120_000,
    ]);
    expect(timeTicks(noon - 250_000, noon, 0, true)).toEqual([noon]);
  });

  it('begins days where the reader or UTC begins them', () => {
    const [from, to] = [Date.UTC(2026, 0, 27, 5), Date.UTC(2026, 0, 29, 5)];
    expect(timeTicks(from, to, 3, true)).toEqual([Date.UTC(2026, 0, 28), Date.UTC(2026, 0, 29)]);
    for (const at of timeTicks(from, to, 3, false)) expect(new Date(at).getHours()).toBe(0);
  });
});

import { between, remainingOf, widthOf } from './spread.js';

const MINUTE: { readonly p50: number; readonly p90: number } = { p50: 60_000, p90: 120_000 };

describe('remainingOf', () => {
  it('is all of it before any time went by', () => {
    expect(remainingOf(MINUTE, 0)).toEqual(MINUTE);
  });

  it('gets shorter while it is in time', () => {
    const { p50, p90 } = remainingOf(MINUTE, 20_000);
    expect([p50, p90].map(Math.round)).toEqual([41_140, 101_278]);
  });

  it('is never over, and longer the longer it is overdue', () => {
    let before = 0;
    for (const passedMs of [120_000, 600_000, 6_000_000, 6e9, 6e15]) {
      const { p50, p90 } = remainingOf(MINUTE, passedMs);
      expect(p50).toBeGreaterThan(before);
      expect(p90).toBeGreaterThan(p50);
      before = p50;
    }
  });

  it('of what was quite sure is short but not nothing once it is overdue', () => {
    const { p50, p90 } = remainingOf({ p50: 60_000, p90: 60_000 }, 61_000);
    expect(p50).toBeGreaterThan(500);
    expect(p90).toBeLessThan(20_000);
  });
});

describe('between', () => {
  it('lies so much of the way between the two', () => {
    const far = { p50: 160_000, p90: 520_000 };
    expect(between(MINUTE, far, 0.25)).toEqual({ p50: 85_000, p90: 220_000 });
  });
});

describe('widthOf', () => {
  it('is the same for twice as long, however long', () => {
    expect(widthOf(MINUTE)).toBeCloseTo(widthOf({ p50: 6_000, p90: 12_000 }));
    expect(widthOf(MINUTE)).toBeLessThan(widthOf({ p50: 6_000, p90: 13_000 }));
  });
});

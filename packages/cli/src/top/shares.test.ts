import { describe, expect, it } from '@jest/globals';
import { sharesOf } from './shares.js';

const NONE = { count: 0, height: 1 };

describe('sharesOf', () => {
  it('gives what runs all that the others do not need', () => {
    const running = { count: 100, height: 1 };
    expect(sharesOf(20, { running, stalled: NONE, failed: NONE })).toEqual({
      running: 18,
      stalled: 0,
      failed: 0,
    });
    const [stalled, failed] = [
      { count: 9, height: 2 },
      { count: 1, height: 1 },
    ];
    expect(sharesOf(20, { running, stalled, failed })).toEqual({
      running: 11,
      stalled: 1,
      failed: 1,
    });
  });

  it('gives what it leaves to what is stalled, and then to what failed', () => {
    const many = { count: 30, height: 1 };
    const running = { count: 2, height: 2 };
    expect(sharesOf(40, { running, stalled: { count: 5, height: 2 }, failed: many })).toEqual({
      running: 2,
      stalled: 5,
      failed: 20,
    });
    expect(sharesOf(40, { running: NONE, stalled: NONE, failed: many }).failed).toBe(30);
  });

  it('has room for all where nobody counts the rows', () => {
    const running = { count: 500, height: 2 };
    expect(sharesOf(Infinity, { running, stalled: running, failed: running })).toEqual({
      running: 500,
      stalled: 500,
      failed: 500,
    });
  });
});

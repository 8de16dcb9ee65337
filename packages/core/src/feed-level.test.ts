import { FeedLevel } from './feed-level.js';
import { FakeClock } from './testing/fake-clock.js';

describe('FeedLevel', () => {
  let clock: FakeClock;
  let level: FeedLevel;
  beforeEach(() => {
    clock = new FakeClock();
    level = new FeedLevel(clock);
    level.read('10', false);
  });

  it('is 0 while it waits where the store is, for however long', () => {
    clock.advance(3_600_000);
    expect(level.lagMs('10')).toBe(0);
  });

  it('grows while the store does not answer', () => {
    clock.advance(1_000);
    expect(level.lagMs('10')).toBe(0);
    level.failed();
    clock.advance(5_000);
    expect(level.lagMs(null)).toBe(5_000);
    expect(level.lagMs('12')).toBe(5_000);
    level.read('12', false);
    expect(level.lagMs('12')).toBe(0);
  });

  it('grows while there is more to read than it has read', () => {
    level.read('1010', true);
    clock.advance(2_000);
    level.read('2010', true);
    expect(level.lagMs('9000')).toBe(2_000);
  });

  it('does not accuse a reader of what happened just now', () => {
    clock.advance(3_600_000);
    expect(level.lagMs('11')).toBe(0);
    level.read('11', false);
    clock.advance(1_000);
    expect(level.lagMs('12')).toBe(0);
  });

  it('grows where the reader is never told of what happened', () => {
    expect(level.lagMs('11')).toBe(0);
    clock.advance(30_000);
    expect(level.lagMs('13')).toBe(30_000);
  });
});

import { FakeClock } from './testing/fake-clock.js';
import { Wakefulness } from './wakefulness.js';

/** A clock whose timers are late by `late`. */
class LateClock extends FakeClock {
  late = 0;

  override now(): number {
    return super.now() + this.late;
  }

  override monotonic(): number {
    return super.monotonic() + this.late;
  }
}

describe('Wakefulness', () => {
  let clock: LateClock;
  let isLate: boolean;
  let wakefulness: Wakefulness;
  beforeEach(() => {
    clock = new LateClock();
    isLate = false;
    wakefulness = new Wakefulness(clock, () => isLate);
    wakefulness.begin();
  });

  it('is without end for a process that was never away', () => {
    clock.advance(3_600_000);
    expect(wakefulness.awakeMs).toBe(Infinity);
  });

  it('begins anew after the process was blocked for seconds', () => {
    clock.advance(4_000);
    clock.late = 3_600;
    expect(wakefulness.awakeMs).toBe(0);
    clock.late = 0;
    clock.advance(30_000);
    expect(wakefulness.awakeMs).toBe(30_000 - 3_600);
  });

  it('forgives a timer that is a little late', () => {
    clock.advance(4_000);
    clock.late = 3_500;
    expect(wakefulness.awakeMs).toBe(Infinity);
  });

  it('begins anew after the machine slept or its clock was set, forward or back', () => {
    for (const ms of [3_600_000, -3_600_000]) {
      clock.jumpWall(ms);
      expect(wakefulness.awakeMs).toBe(0);
      clock.advance(7_000);
      expect(wakefulness.awakeMs).toBe(7_000);
    }
  });

  it('forgives a clock that is set right by seconds', () => {
    clock.jumpWall(9_000);
    clock.advance(60_000);
    clock.jumpWall(-9_000);
    expect(wakefulness.awakeMs).toBe(Infinity);
  });

  it('begins anew once the process is in time again with what it was late with', () => {
    isLate = true;
    clock.advance(60_000);
    expect(wakefulness.awakeMs).toBe(0);
    isLate = false;
    clock.advance(12_000);
    expect(wakefulness.awakeMs).toBe(12_000);
  });

  it('notices between two questions', () => {
    clock.advance(6_000);
    isLate = true;
    clock.advance(5_000);
    isLate = false;
    clock.advance(9_000);
    expect(wakefulness.awakeMs).toBe(10_000);
  });

  it('leaves no timer behind', () => {
    wakefulness.begin();
    expect(clock.timers).toBe(1);
    wakefulness.stop();
    wakefulness.begin();
    expect(clock.timers).toBe(0);
    const another = new Wakefulness(clock, () => false);
    another.stop();
    another.begin();
    expect(clock.timers).toBe(0);
  });
});

import { FakeClock } from './fake-clock.js';

describe('FakeClock', () => {
  it('stands still until it is moved', () => {
    const clock = new FakeClock(1_000);
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
    clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250]);
  });

  it('calls every timer at its moment, in the order of the moments', () => {
    const clock = new FakeClock(0);
    const called: string[] = [];
    clock.after(30, () => called.push(`third at ${clock.now()}`));
    clock.after(10, () => called.push(`first at ${clock.now()}`));
    clock.after(10, () => called.push(`second at ${clock.now()}`));
    clock.after(31, () => called.push('too late'));
    clock.advance(30);
    expect(called).toEqual(['first at 10', 'second at 10', 'third at 30']);
    expect(clock.now()).toBe(30);
  });

  it('calls timers that other timers set on the way', () => {
    const clock = new FakeClock(0);
    const ticks: number[] = [];
    const tick = (): void => {
      ticks.push(clock.monotonic());
      clock.after(10, tick);
    };
    clock.after(10, tick);
    clock.advance(35);
    expect(ticks).toEqual([10, 20, 30]);
    expect(clock.timers).toBe(1);
  });

  it('does not call a timer that was called off', () => {
    const clock = new FakeClock();
    let calls = 0;
    const timer = clock.after(10, () => calls++);
    timer.cancel();
    timer.cancel();
    clock.advance(20);
    expect([calls, clock.timers]).toEqual([0, 0]);
  });

  it('lets promises settle before it goes on, so that what they set is called in time', async () => {
    const clock = new FakeClock(0);
    const ticks: number[] = [];
    const keepTicking = async (): Promise<void> => {
      for (;;) {
        await new Promise<void>((resolve) => clock.after(10, resolve));
        await Promise.resolve();
        ticks.push(clock.monotonic());
      }
    };
    void keepTicking();
    await clock.advanceAsync(35);
    expect(ticks).toEqual([10, 20, 30]);
  });

  it('sets the wall clock without any time passing', () => {
    const clock = new FakeClock(1_000);
    let called = false;
    clock.after(10, () => (called = true));
    clock.jumpWall(-500);
    expect([clock.now(), clock.monotonic(), called]).toEqual([500, 0, false]);
    clock.jumpWall(3_600_000);
    expect(called).toBe(false);
    clock.advance(10);
    expect([clock.now(), clock.monotonic(), called]).toEqual([3_600_510, 10, true]);
  });
});

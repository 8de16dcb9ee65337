import { systemClock } from './clock.js';
import { Silence } from './silence.js';
import { FakeClock } from './testing/fake-clock.js';

describe('Silence', () => {
  let clock: FakeClock;
  let calls: number;
  const start = (limitMs: number) => new Silence(clock, limitMs, () => calls++);
  beforeEach(() => {
    clock = new FakeClock();
    calls = 0;
  });

  it('is too long after its limit, once', () => {
    start(1_000);
    clock.advance(999);
    expect(calls).toBe(0);
    clock.advance(1);
    expect(calls).toBe(1);
    clock.advance(10_000);
    expect(calls).toBe(1);
    expect(clock.timers).toBe(0);
  });

  it('begins anew with every beat, and sets no timer for it', () => {
    const silence = start(1_000);
    for (let count = 0; count < 50; count++) {
      clock.advance(900);
      silence.beat();
      expect(clock.timers).toBe(1);
    }
    expect(calls).toBe(0);
    clock.advance(999);
    expect(calls).toBe(0);
    clock.advance(1);
    expect(calls).toBe(1);
  });

  it('is over when it is ended', () => {
    const silence = start(1_000);
    clock.advance(500);
    silence.end();
    expect(clock.timers).toBe(0);
    clock.advance(5_000);
    expect(calls).toBe(0);
  });

  it('is no silence what this process could not hear while it was held up', async () => {
    const silence = new Silence(systemClock, 500, () => calls++);
    const heldUpUntil = performance.now() + 600;
    while (performance.now() < heldUpUntil);
    // Comes after the timers that are overdue, as what a pipe brings.
    await new Promise((resolve) => setImmediate(resolve));
    silence.beat();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(calls).toBe(0);
    silence.end();
  });
});

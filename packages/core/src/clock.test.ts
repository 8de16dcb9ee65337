import { jest } from '@jest/globals';
import { systemClock } from './clock.js';

describe('systemClock', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('calls once, after the time it was given', () => {
    const callback = jest.fn();
    systemClock.after(5_000, callback);
    jest.advanceTimersByTime(4_999);
    expect(callback).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(100_000);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('waits out times that are too long for a timer of Node', () => {
    const callback = jest.fn();
    const thirtyDays = 30 * 86_400_000;
    systemClock.after(thirtyDays, callback);
    jest.advanceTimersByTime(thirtyDays - 1);
    expect(callback).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it.each([2 ** 31 - 1, 2 ** 31, 2 ** 32, 3 * 2 ** 31])('is never early: %i ms', (delayMs) => {
    const callback = jest.fn();
    systemClock.after(delayMs, callback);
    jest.advanceTimersByTime(delayMs - 1);
    expect(callback).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('can be called off, also when part of a long time has passed', () => {
    const callback = jest.fn();
    const timer = systemClock.after(2 ** 32, callback);
    jest.advanceTimersByTime(2 ** 31);
    timer.cancel();
    timer.cancel();
    jest.advanceTimersByTime(2 ** 32);
    expect(callback).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('tells the time of the wall, and one that only goes on', () => {
    jest.useRealTimers();
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
    const before = systemClock.monotonic();
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
  });
});

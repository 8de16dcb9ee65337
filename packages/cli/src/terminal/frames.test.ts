import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Frames } from './frames.js';

describe('Frames', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('draws at once, and then ten times a second at most, however often it is asked', () => {
    const drawnAt: number[] = [];
    const frames = new Frames(() => drawnAt.push(performance.now()));
    for (let ms = 0; ms < 999; ms++) {
      frames.request();
      jest.advanceTimersByTime(1);
    }
    expect(drawnAt).toHaveLength(10);
    const gaps = drawnAt.slice(1).map((at, index) => at - (drawnAt[index] as number));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
  });

  it('draws what is still to be drawn when it ends, and nothing later', () => {
    let drawn = 0;
    const frames = new Frames(() => drawn++);
    frames.request();
    frames.end();
    expect(drawn).toBe(1);
    frames.request();
    jest.advanceTimersByTime(1_000);
    expect(drawn).toBe(1);
  });
});

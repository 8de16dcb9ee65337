import { ProgressPoints } from './progress-points.js';

describe('ProgressPoints', () => {
  it('keeps the points at which something was done', () => {
    const points = new ProgressPoints();
    points.add(1_000, 5);
    points.add(2_000, 5);
    points.add(3_000, 8);
    expect(points.all).toEqual([
      { at: 1_000, done: 5 },
      { at: 3_000, done: 8 },
    ]);
  });

  it('keeps 64 at most, the first and the newest among them, spread over the whole time', () => {
    const points = new ProgressPoints();
    for (let done = 1; done <= 10_000; done++) {
      points.add(done * 10, done);
      expect(points.all.length).toBeLessThanOrEqual(64);
    }
    expect(points.all[0]).toEqual({ at: 10, done: 1 });
    expect(points.all.at(-1)).toEqual({ at: 100_000, done: 10_000 });
    const inEachQuarter = [0, 25_000, 50_000, 75_000].map(
      (from) => points.all.filter(({ at }) => at > from && at <= from + 25_000).length,
    );
    expect(Math.min(...inEachQuarter)).toBeGreaterThanOrEqual(7);
  });

  it('keeps points of a burst apart from those after it', () => {
    const points = new ProgressPoints();
    for (let done = 1; done <= 500; done++) points.add(done, done);
    for (let done = 501; done <= 510; done++) points.add((done - 500) * 60_000, done);
    expect(points.all.slice(-10).map(({ done }) => done)).toEqual([
      501, 502, 503, 504, 505, 506, 507, 508, 509, 510,
    ]);
  });

  it('begins anew when less is done than before, or the clock was set back', () => {
    const points = new ProgressPoints();
    points.add(1_000, 5);
    points.add(2_000, 2);
    expect(points.all).toEqual([{ at: 2_000, done: 2 }]);
    points.add(500, 3);
    expect(points.all).toEqual([{ at: 500, done: 3 }]);
  });
});

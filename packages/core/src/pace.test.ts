import { paceSpread } from './pace.js';
import type { ProgressPoint } from './progress-points.js';

/** Points of work that took `msOf` for each piece of a hundred, so many of which are done. */
function pointsOf(pieces: number, msOf: (piece: number) => number): readonly ProgressPoint[] {
  const points = [{ at: 0, done: 0 }];
  let at = 0;
  for (let piece = 1; piece <= pieces; piece++)
    points.push({ at: (at += msOf(piece)), done: piece });
  return points;
}

describe('paceSpread', () => {
  it('is narrow for steady work', () => {
    const { p50, p90 } = paceSpread(
      pointsOf(20, () => 1_000),
      100,
    ) ?? { p50: 0, p90: 0 };
    expect(p50).toBeCloseTo(80_000);
    expect(p90).toBeLessThan(120_000);
  });

  it('expects of work that gets slower that it goes on getting slower', () => {
    const slowing = (piece: number): number => piece * 100;
    // Pieces 21 to 100: by the mean pace so far it would be 84 s.
    const actual = 484_000;
    const { p50, p90 } = paceSpread(pointsOf(20, slowing), 100) ?? { p50: 0, p90: 0 };
    expect(p50).toBeGreaterThan(actual / 2);
    expect(p50).toBeLessThan(2 * actual);
    expect(p90).toBeGreaterThan(actual);
  });

  it('is wide for work that comes in bursts', () => {
    const bursts = (piece: number): number => (piece % 7 === 0 ? 20_000 : 100);
    const { p50, p90 } = paceSpread(pointsOf(30, bursts), 100) ?? { p50: 0, p90: 0 };
    expect(p90).toBeGreaterThan(2 * p50);
  });

  it('is not led astray by one hold-up long ago', () => {
    const heldUp = (piece: number): number => (piece === 2 ? 600_000 : 1_000);
    const { p50 } = paceSpread(pointsOf(50, heldUp), 100) ?? { p50: 0 };
    expect(p50).toBeGreaterThan(25_000);
    expect(p50).toBeLessThan(100_000);
  });

  it('knows work that may grow by what is left of it', () => {
    const points = pointsOf(20, () => 1_000);
    expect(paceSpread(points, 40)?.p50).toBeCloseTo(20_000);
    expect(paceSpread(points, 60)?.p50).toBeCloseTo(40_000);
  });

  it('is wide by what it does not know while points are few', () => {
    const { p50, p90 } = paceSpread(
      pointsOf(3, () => 1_000),
      100,
    ) ?? { p50: 0, p90: 0 };
    expect(p90).toBeGreaterThan(3 * p50);
  });

  it('is none for three points, or when nothing is left', () => {
    expect(
      paceSpread(
        pointsOf(2, () => 1_000),
        100,
      ),
    ).toBeNull();
    expect(
      paceSpread(
        pointsOf(100, () => 1_000),
        100,
      ),
    ).toBeNull();
  });

  it('copes with many points at one moment', () => {
    const { p50, p90 } = paceSpread(
      pointsOf(20, (piece) => (piece > 10 ? 1_000 : 0)),
      100,
    ) ?? {
      p50: NaN,
      p90: NaN,
    };
    expect(p50).toBeGreaterThan(0);
    expect(p90).toBeLessThan(Infinity);
    expect(
      paceSpread(
        pointsOf(20, () => 0),
        100,
      ),
    ).toEqual({ p50: 0, p90: 0 });
  });
});

/** So much was done at this instant. */
export interface ProgressPoint {
  readonly at: number;
  readonly done: number;
}

/** Enough to see a trend and bursts, at 16 bytes each. */
const MOST_POINTS = 64;

/**
 * How the progress of one task went: at most 64 points, spread evenly over the time since the first and the newest besides.
 * Adding one costs O(1).
 */
export class ProgressPoints {
  #points: ProgressPoint[] = [];
  #leastGapMs = 0;

  get all(): readonly ProgressPoint[] {
    return this.#points;
  }

  /** What goes back, in work or in time, begins anew: what was before says nothing of it. */
  add(at: number, done: number): void {
    const last = this.#points.at(-1);
    if (last !== undefined && (done < last.done || at < last.at)) this.clear();
    else if (last !== undefined && done === last.done) return;
    const before = this.#points.at(-2);
    if (before !== undefined && at - before.at < this.#leastGapMs) this.#points.pop();
    this.#points.push({ at, done });
    if (this.#points.length > MOST_POINTS) this.#thinOut();
  }

  clear(): void {
    this.#points = [];
    this.#leastGapMs = 0;
  }

  #thinOut(): void {
    const { length } = this.#points;
    const newest = length - 1;
    const spanMs =
      (this.#points[newest] as ProgressPoint).at - (this.#points[0] as ProgressPoint).at;
    this.#leastGapMs = (2 * spanMs) / MOST_POINTS;
    const kept: ProgressPoint[] = [];
    this.#points.forEach((point, index) => {
      const last = kept.at(-1);
      if (last === undefined || index === newest || point.at - last.at >= this.#leastGapMs)
        kept.push(point);
    });
    this.#points = kept;
  }
}

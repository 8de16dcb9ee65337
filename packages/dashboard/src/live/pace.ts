/** How far something was, and when, in milliseconds. */
interface Point {
  readonly at: number;
  readonly current: number;
}

/** What lies further back says little of how fast it goes now. */
const WINDOW_MS = 30_000;

/** Two points that lie closer than this say nothing. */
const LEAST_MS = 1_000;

/** How fast a task goes, from the points of progress that were seen. */
export class Pace {
  readonly #points: Point[] = [];

  see(current: number, at: number): void {
    const last = this.#points.at(-1);
    // A new count has begun: the next step, or the same again.
    if (last !== undefined && current < last.current) this.#points.length = 0;
    this.#points.push({ at, current });
    while (this.#points.length > 2 && at - (this.#points[1]?.at ?? at) > WINDOW_MS)
      this.#points.shift();
  }

  /** How many per second; `null` as long as too little was seen. */
  perSecond(): number | null {
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return null;
    const rate = ((last.current - first.current) * 1_000) / (last.at - first.at);
    return rate > 0 ? rate : null;
  }
}

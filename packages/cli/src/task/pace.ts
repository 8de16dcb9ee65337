import type { ShownTask } from './shown-task.js';

/** What is done, at an instant of the clock here. */
interface Point {
  readonly at: number;
  readonly done: number;
}

/** How far back the pace is looked for: long enough to be steady, short enough to be that of now. */
const WINDOW_MS = 30_000;
/** With less, chance would be shown. */
const LEAST_MS = 2_000;
/** Silence of so many times the longest that was seen before is no pause any more. */
const SILENT_GAPS = 3;

/** How fast a task goes: by what was seen of it lately, and before anything was by its mean. */
export class Pace {
  #points: readonly Point[] = [];
  #movedAt = 0;
  #longestGapMs = 0;

  see(task: ShownTask): void {
    const done = doneOf(task);
    const last = this.#points.at(-1);
    if (done === null || done === last?.done) return;
    if (last === undefined) {
      this.#movedAt = task.seenAt - task.silentMs;
    } else {
      this.#longestGapMs = Math.max(this.#longestGapMs, task.seenAt - this.#movedAt);
      this.#movedAt = task.seenAt;
    }
    const point = { at: task.seenAt, done };
    // A second bar of the same program begins at 0 again.
    this.#points =
      last !== undefined && done < last.done
        ? [point]
        : [...this.#points.filter(({ at }) => at > task.seenAt - WINDOW_MS), point];
  }

  /** How much in a second; `null` as long as nothing is known, and once it has been silent for longer than is usual. */
  of(task: ShownTask, now: number): number | null {
    const done = doneOf(task);
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    const silentMs = now - this.#movedAt;
    if (done === null || silentMs > Math.max(WINDOW_MS, SILENT_GAPS * this.#longestGapMs))
      return null;
    if (first !== undefined && last !== undefined && last.at - first.at >= LEAST_MS)
      return ((last.done - first.done) / (last.at - first.at)) * 1_000;
    return task.ranMs !== null && task.ranMs >= LEAST_MS ? (done / task.ranMs) * 1_000 : null;
  }
}

/** What is counted: its own counts, else percents. */
function doneOf({ current, percent }: ShownTask): number | null {
  return current ?? percent;
}

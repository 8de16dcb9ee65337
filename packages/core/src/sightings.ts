import type { Clock } from './clock.js';
import { ProgressPoints } from './progress-points.js';
import type { Progress } from './progress.js';
import { isFinished, type Task } from './task.js';

/** Tasks that are remembered: two pages of the largest size. With 64 points each they take some 5 MB. */
const MOST_TASKS = 2_000;

/** What this process saw of one running task. */
export interface Sighting {
  /** As it was seen last. */
  readonly task: Task;
  readonly points: ProgressPoints;
  /** How much there is to do, in the unit of the points; `null` while it says nothing of that. */
  readonly total: number | null;
  /** When this process saw something change, by its own monotonic clock; `null` if it saw it once only. */
  readonly movedAt: number | null;
  /** How many changes this process saw, and the longest time between two of them. */
  readonly moves: number;
  readonly longestGapMs: number;
  /** When its newest line of output was written, as far as somebody looked; `undefined`: nobody has. */
  outputAt?: number | null;
}

/** What this process saw of running tasks, its own and those of others: the newest 2,000 that it saw. O(1) each. */
export class Sightings {
  readonly #clock: Clock;
  readonly #byTask = new Map<string, Sighting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes how the task stands. `null`, and forgotten, unless it runs. */
  see(task: Task): Sighting | null {
    const { id } = task;
    const before = this.#byTask.get(id);
    if (task.status !== 'running') {
      if (isFinished(task.status)) this.#byTask.delete(id);
      return null;
    }
    if (before !== undefined && !isNewer(task, before.task)) {
      // Whoever is looked at stays; a task that is older than what was seen tells nothing.
      this.#remember(id, before);
      return before;
    }
    const sighting = before === undefined ? this.#first(task) : this.#next(before, task);
    this.#remember(id, sighting);
    return sighting;
  }

  /** For tests: how many tasks are remembered. */
  get size(): number {
    return this.#byTask.size;
  }

  #first(task: Task): Sighting {
    const points = new ProgressPoints();
    const total = note(points, task.progress);
    return { task, points, total, movedAt: null, moves: 0, longestGapMs: 0 };
  }

  #next(before: Sighting, task: Task): Sighting {
    const { points } = before;
    const now = this.#clock.monotonic();
    if (unitOf(before.task.progress) !== unitOf(task.progress)) points.clear();
    const total = note(points, task.progress);
    // Who looks rarely sees many changes at once.
    const changes = Math.max(1, task.version - before.task.version);
    const gapMs = before.movedAt === null ? 0 : (now - before.movedAt) / changes;
    const longestGapMs = Math.max(before.longestGapMs, gapMs);
    const { outputAt } = before;
    return {
      task,
      points,
      total,
      movedAt: now,
      moves: before.moves + 1,
      longestGapMs,
      ...(outputAt !== undefined && { outputAt }),
    };
  }

  #remember(id: string, sighting: Sighting): void {
    this.#byTask.delete(id);
    this.#byTask.set(id, sighting);
    if (this.#byTask.size <= MOST_TASKS) return;
    for (const oldest of this.#byTask.keys()) {
      this.#byTask.delete(oldest);
      return;
    }
  }
}

/** Progress that is held back for a moment is newer without a version of its own. */
function isNewer(task: Task, before: Task): boolean {
  return (
    task.version > before.version ||
    (task.version === before.version &&
      (task.progress?.updatedAt ?? 0) > (before.progress?.updatedAt ?? 0))
  );
}

/** Answers with how much there is to do. */
function note(points: ProgressPoints, progress: Progress | null): number | null {
  switch (unitOf(progress)) {
    case 'counts':
      points.add(progress?.updatedAt as number, progress?.current as number);
      return progress?.total as number;
    case 'percent':
      points.add(progress?.updatedAt as number, progress?.percent as number);
      return 100;
    case null:
      return null;
  }
}

/** Counts say more than the two decimals of a percentage. */
function unitOf(progress: Progress | null): 'counts' | 'percent' | null {
  if (progress === null) return null;
  const { current, total, percent } = progress;
  if (current !== null && total !== null && total > 0) return 'counts';
  return percent === null ? null : 'percent';
}

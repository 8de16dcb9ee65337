import type { ChildrenChange } from './parts.js';
import { isFinished, type Task } from './task.js';

interface Child {
  readonly version: number;
  readonly fraction: number;
  readonly weight: number;
  readonly step: string | null;
}

/** A child that failed or was cancelled, and what it lacked. */
interface Short {
  readonly endedAt: number;
  readonly lacked: number;
  readonly step: string | null;
}

interface Sum {
  weight: number;
  done: number;
  told: ChildrenChange | null;
}

/**
 * What the children of one task add up to, by the step that they belong to. One that failed or was cancelled counts for what
 * it had reached, since its parent may fail with it, and as done once another began or was completed after it. Children that ended
 * are part of the sums and nothing else, so memory is that of the active ones and of those that ended badly since. Seeing a
 * child is O(1).
 */
export class ChildSums {
  readonly #active = new Map<string, Child>();
  readonly #sums = new Map<string | null, Sum>();
  #short: Short[] = [];
  #wentOnAt = -Infinity;
  #lastNumber = 0;

  /** The number of the newest child that was seen: children come in the order of their numbers. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  get active(): readonly string[] {
    return [...this.#active.keys()];
  }

  /** Takes in a child as it is now. What is older than what is known of it changes nothing. */
  see(task: Task): void {
    const known = this.#active.get(task.id);
    if (known === undefined && task.number <= this.#lastNumber) return;
    if (known !== undefined && task.version <= known.version) return;
    const { weight = 0, step = null } = task.execution.parent ?? {};
    const sum = this.#sumOf(step);
    if (known === undefined) {
      this.#lastNumber = task.number;
      sum.weight += weight;
    }
    const fraction = task.status === 'completed' ? 1 : (task.progress?.percent ?? 0) / 100;
    sum.done += weight * (fraction - (known?.fraction ?? 0));
    if (isFinished(task.status)) {
      this.#active.delete(task.id);
      const lacked = weight * (1 - fraction);
      if (lacked > 0) this.#lack({ endedAt: task.completedAt ?? -Infinity, lacked, step });
    } else this.#active.set(task.id, { version: task.version, fraction, weight, step });
    this.#wentOn(lastGoodSign(task));
  }

  #lack(short: Short): void {
    if (short.endedAt <= this.#wentOnAt) this.#sumOf(short.step).done += short.lacked;
    else this.#short.push(short);
  }

  /** What ended badly before `at` did not end the parent. */
  #wentOn(at: number): void {
    if (at <= this.#wentOnAt) return;
    this.#wentOnAt = at;
    for (const short of this.#short.splice(0)) this.#lack(short);
  }

  /** A child that is not kept any more has ended. */
  gone(id: string): void {
    const known = this.#active.get(id);
    if (known === undefined) return;
    this.#sumOf(known.step).done += known.weight * (1 - known.fraction);
    this.#active.delete(id);
  }

  /** The sums that are not yet told, of children that say anything: those that have only begun do not. */
  untold(): readonly ChildrenChange[] {
    const changes: ChildrenChange[] = [];
    for (const [step, sum] of this.#sums) {
      const { weight, done, told } = sum;
      if (done === 0 || (told?.weight === weight && told.done === done)) continue;
      changes.push((sum.told = { step, weight, done }));
    }
    return changes;
  }

  /** Whoever was told did not take it in. */
  tellAgain(): void {
    for (const sum of this.#sums.values()) sum.told = null;
  }

  #sumOf(step: string | null): Sum {
    let sum = this.#sums.get(step);
    if (sum === undefined) this.#sums.set(step, (sum = { weight: 0, done: 0, told: null }));
    return sum;
  }
}

/** When a child last showed that work goes on. One that failed in the instant in which it began showed nothing. */
function lastGoodSign({ status, startedAt, completedAt }: Task): number {
  if (status === 'completed') return completedAt ?? -Infinity;
  return startedAt === null || startedAt === completedAt ? -Infinity : startedAt;
}

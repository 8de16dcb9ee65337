import type { ChildrenChange } from './parts.js';
import { isFinished, type Task } from './task.js';

interface Child {
  readonly version: number;
  readonly fraction: number;
  readonly weight: number;
  readonly step: string | null;
}

interface Sum {
  weight: number;
  done: number;
  told: ChildrenChange | null;
}

/**
 * What the children of one task add up to, by the step that they belong to. Children that ended are part of the sums and
 * nothing else, so memory is that of the active ones. Seeing a child is O(1).
 */
export class ChildSums {
  readonly #active = new Map<string, Child>();
  readonly #sums = new Map<string | null, Sum>();
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
    const ended = isFinished(task.status);
    const fraction = ended ? 1 : (task.progress?.percent ?? 0) / 100;
    sum.done += weight * (fraction - (known?.fraction ?? 0));
    if (ended) this.#active.delete(task.id);
    else this.#active.set(task.id, { version: task.version, fraction, weight, step });
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

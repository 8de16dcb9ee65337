import type { Violation } from '../checker/history.js';
import type { Outcome } from './driver.js';

/** Adds up what the rounds of a driver came to. */
export class Tally {
  readonly #violations: Violation[] = [];
  readonly #figures: Record<string, number> = {};
  readonly #known = new Set<string>();
  readonly #say: (text: string) => void;

  /** What is violated is said at once: a long trial may have to be ended before its time. */
  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  add(name: string, count = 1): void {
    this.#figures[name] = (this.#figures[name] ?? 0) + count;
  }

  most(name: string, value: number): void {
    this.#figures[name] = Math.max(this.#figures[name] ?? 0, Math.round(value));
  }

  /** By so many bytes the memory of a process grew; `null` if it died before that was known. */
  grown(bytes: number | null): void {
    if (bytes !== null) this.most('grownMegabytesMax', bytes / 2 ** 20);
  }

  violated(violations: readonly Violation[], where: string): void {
    for (const { invariant, what } of violations) {
      // What is broken stays so, and is found again in every later check of the same database.
      const known = `${invariant} ${what}`;
      if (this.#known.has(known)) continue;
      this.#known.add(known);
      this.#add(invariant, `${where}: ${what}`);
    }
  }

  /** Demands something that no invariant is about. */
  expect(holds: boolean, what: string): void {
    if (!holds) this.#add('expected', what);
  }

  get broken(): number {
    return this.#violations.length;
  }

  outcome(): Outcome {
    return { violations: this.#violations, figures: this.#figures };
  }

  #add(invariant: string, what: string): void {
    this.#violations.push({ invariant, what });
    this.#say(`${invariant} ${what}`);
  }
}

import { storeError } from './postgres-error.js';
import type { Verdict, Write } from './write.js';

/** What a caller is told. */
export type Answer = Pick<Verdict, 'outcome' | 'task'>;

/** A write that somebody waits for. */
export class PendingWrite {
  readonly write: Write;
  /** Characters, more or less. */
  readonly size: number;
  /** How often something in its batch was not as it was known. */
  misses = 0;
  /** It was found that the same operation was done before. */
  done = false;
  /** What was to be answered when it was sent and no answer came. */
  lost: Verdict | null = null;
  /** It spoiled what it was sent with, or was spoiled: it goes alone. */
  alone = false;
  settled = false;
  readonly answer: Promise<Answer>;
  readonly #finished: (pending: PendingWrite) => void;
  #resolve!: (answer: Answer) => void;
  #reject!: (error: unknown) => void;

  /** `finished` is told once, before the caller is. */
  constructor(write: Write, size: number, finished: (pending: PendingWrite) => void) {
    this.write = write;
    this.size = size;
    this.#finished = finished;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  settle({ outcome, task }: Answer): void {
    this.settled = true;
    this.#finished(this);
    this.#resolve({ outcome, task });
  }

  reject(error: unknown): void {
    this.settled = true;
    this.#finished(this);
    this.#reject(storeError(error));
  }
}

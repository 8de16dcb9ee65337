/**
 * How long work may take. One timer serves all of it, however much there is: to set and clear one for each request takes
 * longer than many an answer.
 */
export class Deadline {
  readonly #timeoutMs: number;
  /** Before the first and after the last of a ring of what is under way: all has the same time, so the oldest is late first. */
  readonly #ends = new UnderWay(Infinity, () => {});
  #isArmed = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * What `work` comes to, unless it takes longer: then it rejects with what `late` makes. The work is not stopped, and what
   * becomes of it after that is ignored.
   */
  of<T>(work: Promise<T>, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const lateAt = performance.now() + this.#timeoutMs;
      const underWay = new UnderWay(lateAt, () => reject(late()));
      underWay.enter(this.#ends);
      if (!this.#isArmed) this.#arm(this.#timeoutMs);
      work.then(
        (value) => {
          underWay.leave();
          resolve(value);
        },
        (error: Error) => {
          underWay.leave();
          reject(error);
        },
      );
    });
  }

  #arm(delayMs: number): void {
    this.#isArmed = true;
    // Work that hangs for a client that has gone must not keep the process.
    setTimeout(() => this.#endLate(), delayMs).unref();
  }

  #endLate(): void {
    this.#isArmed = false;
    for (;;) {
      const oldest = this.#ends.after;
      if (oldest === this.#ends) return;
      // A timer may fire a fraction of a millisecond early, and knows whole ones only.
      const leftMs = Math.ceil(oldest.lateAt - performance.now());
      if (leftMs > 0) return this.#arm(leftMs);
      oldest.leave();
      oldest.end();
    }
  }
}

/** A link of the ring. What has left it holds nothing of it, so that no link keeps the next one from being collected. */
class UnderWay {
  before: UnderWay = this;
  after: UnderWay = this;

  constructor(
    readonly lateAt: number,
    readonly end: () => void,
  ) {}

  /** Enters the ring before `ends`, as the youngest. */
  enter(ends: UnderWay): void {
    this.before = ends.before;
    this.after = ends;
    ends.before.after = this;
    ends.before = this;
  }

  /** Has no effect on what has left already. */
  leave(): void {
    this.before.after = this.after;
    this.after.before = this.before;
    this.before = this;
    this.after = this;
  }
}

/** Lets those who ask for it go on one after the other, each in a turn of the event loop of its own. */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(this.#go);
    });
  }

  readonly #go = (): void => {
    // Those that come while this one works are called by the one that is planned already.
    if (this.#waiting.length > 1) setImmediate(this.#go);
    this.#waiting.shift()?.();
  };
}

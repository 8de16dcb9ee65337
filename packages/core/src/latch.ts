/** Opened from outside, once. Its promise is made when somebody asks for it, which most of the time nobody does. */
export class Latch {
  #isOpen = false;
  #opened: Promise<undefined> | null = null;
  #resolve: ((value: undefined) => void) | null = null;

  /** Resolves when it is opened. */
  get opened(): Promise<undefined> {
    this.#opened ??= this.#isOpen
      ? Promise.resolve(undefined)
      : new Promise((resolve) => (this.#resolve = resolve));
    return this.#opened;
  }

  open(): void {
    this.#isOpen = true;
    this.#resolve?.(undefined);
  }
}

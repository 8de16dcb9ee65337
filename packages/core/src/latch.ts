/** A promise that is resolved from outside, once. */
export class Latch {
  open!: () => void;
  readonly opened = new Promise<undefined>((resolve) => (this.open = () => resolve(undefined)));
}

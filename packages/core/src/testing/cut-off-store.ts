import type { TaskStore } from '../store.js';

/** A way to a store that can be cut: from then on no call gets through or is answered, as if its process had died. */
export class CutOffStore {
  /** The store behind it. */
  readonly origin: TaskStore;
  /** The way to it. */
  readonly store: TaskStore;
  #cut = false;
  #underWay = 0;
  #resting: (() => void)[] = [];

  constructor(origin: TaskStore) {
    this.origin = origin;
    this.store = new Proxy(origin, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (this.#cut) return new Promise(() => {});
          const answer = Reflect.apply(value, target, args) as Promise<unknown>;
          // Who waits for changes does nothing.
          return name === 'changesAfter' ? answer : this.#watched(answer);
        };
      },
    });
  }

  /** Whether a call is under way. */
  get busy(): boolean {
    return this.#underWay > 0;
  }

  /** Resolves when no call is under way. */
  rest(): Promise<void> {
    if (!this.busy) return Promise.resolve();
    return new Promise((resolve) => this.#resting.push(resolve));
  }

  cut(): void {
    this.#cut = true;
    this.#underWay = 0;
    this.#rests();
  }

  async #watched(answer: Promise<unknown>): Promise<unknown> {
    this.#underWay++;
    try {
      return await answer;
    } finally {
      this.#underWay--;
      if (this.#underWay <= 0) this.#rests();
    }
  }

  #rests(): void {
    for (const resolve of this.#resting.splice(0)) resolve();
  }
}

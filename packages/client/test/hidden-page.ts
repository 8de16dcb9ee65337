import { afterEach } from '@jest/globals';

afterEach(() => void Reflect.deleteProperty(globalThis, 'document'));

/** What a page tells of whether it is seen; it is there until the test ends. */
export class HideablePage extends EventTarget {
  #isHidden: boolean;

  constructor(isHidden = false) {
    super();
    this.#isHidden = isHidden;
    Object.defineProperty(globalThis, 'document', { value: this, configurable: true });
  }

  get visibilityState(): 'visible' | 'hidden' {
    return this.#isHidden ? 'hidden' : 'visible';
  }

  hide(): void {
    this.#isHidden = true;
    this.dispatchEvent(new Event('visibilitychange'));
  }

  show(): void {
    this.#isHidden = false;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

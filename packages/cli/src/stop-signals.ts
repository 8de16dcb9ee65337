import { EXIT } from './exit-codes.js';

const CODES = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.terminated,
} as const;

/** Being told to stop, so that what was drawn can be tidied up first. */
export class StopSignals {
  readonly #abort = new AbortController();
  #exitCode: number | null = null;
  readonly #undo: () => void;

  constructor() {
    const listeners = Object.entries(CODES).map(([name, code]) => {
      const listener = (): void => this.stop(code);
      process.on(name, listener);
      return () => process.off(name, listener);
    });
    this.#undo = () => listeners.forEach((off) => off());
  }

  /** Fires when it is time to stop. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The code to end with; `null` as long as nobody wants it to. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  stop(exitCode: number): void {
    this.#exitCode ??= exitCode;
    this.#abort.abort();
  }

  /** From now on signals act as ever. */
  release(): void {
    this.#undo();
  }
}

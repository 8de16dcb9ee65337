interface KeyHandlers {
  readonly quit: () => void;
  readonly interrupt: () => void;
  /** Ctrl-Z: gives the terminal back until `resumed`. */
  readonly suspended: () => void;
  readonly resumed: () => void;
}

/** Reads keys as they are pressed, and keeps them off the screen. Nothing where there is no keyboard. */
export class Keys {
  readonly #stdin: NodeJS.ReadStream;
  readonly #handlers: KeyHandlers;

  constructor(stdin: NodeJS.ReadStream, handlers: KeyHandlers) {
    this.#stdin = stdin;
    this.#handlers = handlers;
    if (!stdin.isTTY) return;
    stdin.setRawMode(true);
    stdin.on('data', this.#onData);
    process.on('SIGCONT', this.#onResume);
  }

  end(): void {
    if (!this.#stdin.isTTY) return;
    process.off('SIGCONT', this.#onResume);
    this.#stdin.off('data', this.#onData);
    this.#stdin.setRawMode(false);
    this.#stdin.pause();
    // Else what is left of it keeps this process alive.
    this.#stdin.unref();
  }

  readonly #onData = (data: Buffer): void => {
    const keys = data.toString('latin1');
    if (keys.includes(CTRL_C)) this.#handlers.interrupt();
    else if (keys.includes(CTRL_Z) && process.platform !== 'win32') this.#suspend();
    else if (keys === 'q' || keys === 'Q' || keys === ESCAPE) this.#handlers.quit();
  };

  #suspend(): void {
    this.#handlers.suspended();
    this.#stdin.setRawMode(false);
    process.kill(process.pid, 'SIGTSTP');
  }

  readonly #onResume = (): void => {
    this.#stdin.setRawMode(true);
    this.#handlers.resumed();
  };
}

const CTRL_C = '\x03';
const CTRL_Z = '\x1a';
const ESCAPE = '\x1b';

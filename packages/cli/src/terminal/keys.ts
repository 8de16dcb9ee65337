interface KeyHandlers {
  quit(): void;
  interrupt(): void;
}

/** Reads keys as they are pressed, and keeps them off the screen. Nothing where there is no keyboard. */
export class Keys {
  readonly #stdin: NodeJS.ReadStream;
  readonly #onData: (data: Buffer) => void;

  constructor(stdin: NodeJS.ReadStream, { quit, interrupt }: KeyHandlers) {
    this.#stdin = stdin;
    this.#onData = (data) => {
      const keys = data.toString('latin1');
      if (keys.includes(CTRL_C)) interrupt();
      else if (keys === 'q' || keys === 'Q' || keys === ESCAPE) quit();
    };
    if (!stdin.isTTY) return;
    stdin.setRawMode(true);
    stdin.on('data', this.#onData);
  }

  end(): void {
    if (!this.#stdin.isTTY) return;
    this.#stdin.off('data', this.#onData);
    this.#stdin.setRawMode(false);
    this.#stdin.pause();
    // Else what is left of it keeps this process alive.
    this.#stdin.unref();
  }
}

const CTRL_C = '\x03';
const ESCAPE = '\x1b';

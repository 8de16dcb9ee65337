import type { Terminal } from './terminal.js';

/** The other screen, without a cursor and without lines that wrap. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
/** A terminal that knows these shows all between them at once; the others ignore them. */
const BEGIN = '\x1b[?2026h\x1b[H';
const END = '\x1b[J\x1b[?2026l';

/** Draws on the terminal's other screen, so that the first is as it was when it is left. */
export class Screen {
  readonly #terminal: Terminal;
  #shown = '';
  #isOn = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  enter(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#shown = '';
    this.#terminal.paint(ENTER);
  }

  /** All of the screen in one write; nothing if it is what is there already. */
  draw(lines: readonly string[]): void {
    if (!this.#isOn) return;
    const text = lines.map((line) => `${line}\x1b[K`).join('\r\n');
    if (text === this.#shown) return;
    this.#shown = text;
    this.#terminal.paint(BEGIN + text + END);
  }

  /** Whatever is there has gone, as after another size. */
  forget(): void {
    this.#shown = '';
  }

  leave(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#terminal.paint(LEAVE);
  }
}

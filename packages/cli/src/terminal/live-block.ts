import { widthOf } from './cells.js';
import { plainText } from './plain-text.js';
import type { Terminal } from './terminal.js';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/** A few lines at the bottom that are drawn over again and again, while other lines are printed above them for good. */
export class LiveBlock {
  readonly #terminal: Terminal;
  /** Widths of the lines that are drawn: a terminal that became narrower has wrapped them. */
  #widths: readonly number[] = [];
  #shown = '';
  #above: string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Prints `line` for good, with the next drawing. */
  print(line: string): void {
    this.#above.push(line);
  }

  /** All of it in one write; nothing if it is what is there already. */
  draw(lines: readonly string[]): void {
    const text = lines.join('\r\n');
    if (text === this.#shown && this.#above.length === 0) return;
    const above = this.#above.map((line) => `${line}\r\n`).join('');
    this.#terminal.paint(`\x1b[?2026h${HIDE_CURSOR}${this.#erase()}${above}${text}\x1b[?2026l`);
    this.#above = [];
    this.#shown = text;
    this.#widths = lines.map((line) => widthOf(plainText(line)));
  }

  /** Takes the block away, and leaves what was printed. */
  end(): void {
    const above = this.#above.map((line) => `${line}\r\n`).join('');
    this.#terminal.paint(this.#erase() + above + SHOW_CURSOR);
    this.#above = [];
    this.#shown = '';
    this.#widths = [];
  }

  /** From the end of the block, where the cursor is, to its beginning, and all below is gone. */
  #erase(): string {
    const columns = this.#terminal.columns + 1;
    const rows = this.#widths.map((width) => Math.max(1, Math.ceil(width / columns)));
    const up = rows.reduce((sum, count) => sum + count, 0) - 1;
    return `\r${up > 0 ? `\x1b[${up}A` : ''}\x1b[J`;
  }
}

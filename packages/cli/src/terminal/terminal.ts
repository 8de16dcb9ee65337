import type { Writable } from 'node:stream';
import { plainJson } from './plain-text.js';
import { colourStyle, hasColours, plainStyle, type Style } from './style.js';

interface TerminalStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface TerminalOptions {
  readonly noColor: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** Standard output, with what is known of it. */
export class Terminal {
  /** Whether its cursor can be moved, so that what was drawn can be drawn over. */
  readonly isLive: boolean;
  readonly style: Style;
  readonly #out: TerminalStream;

  constructor(out: TerminalStream, { noColor, env }: TerminalOptions) {
    this.#out = out;
    const isTerminal = out.isTTY === true;
    this.isLive = isTerminal && env['TERM'] !== 'dumb';
    this.style = hasColours(isTerminal, env, noColor) ? colourStyle : plainStyle;
  }

  /** Columns that text may take; `Infinity` where nobody looks. The last one stays free, so that no line wraps. */
  get columns(): number {
    if (this.#out.isTTY !== true) return Infinity;
    return Math.max(20, (this.#out.columns ?? 80) - 1);
  }

  get rows(): number {
    return this.#out.isTTY === true ? (this.#out.rows ?? 24) : Infinity;
  }

  /** Calls `listener` when its size changes, until the returned function is called. */
  onResize(listener: () => void): () => void {
    this.#out.on('resize', listener);
    return () => this.#out.off('resize', listener);
  }

  /** `text` as it is. Resolves when there is room for more: whoever reads slowly is waited for. */
  async write(text: string): Promise<void> {
    if (this.#out.write(text)) return;
    await new Promise<void>((resolve) => this.#out.once('drain', resolve));
  }

  /** A part of a picture: the next one waits for nobody. */
  paint(text: string): void {
    this.#out.write(text);
  }

  line(text: string): Promise<void> {
    return this.write(`${text}\n`);
  }

  /** One value as one line of JSON. */
  json(value: unknown): Promise<void> {
    return this.line(plainJson(value));
  }
}

import type { WireOutputLine } from '@task-monitor/client';

/** Puts lines of output in order: each once, and where some are missing a line that says so. */
export class OutputLines {
  #last = 0;

  /** The number of the last line that was given. */
  get last(): number {
    return this.#last;
  }

  /** The lines that are new. `dropped` are those between the last one and these, which the server has dropped. */
  take(lines: readonly WireOutputLine[]): {
    readonly dropped: number;
    readonly lines: readonly WireOutputLine[];
  } {
    const fresh = lines.filter(({ number }) => number > this.#last);
    const [first] = fresh;
    if (first === undefined) return { dropped: 0, lines: [] };
    const dropped = first.number - this.#last - 1;
    this.#last = (fresh.at(-1) as WireOutputLine).number;
    return { dropped, lines: fresh };
  }
}

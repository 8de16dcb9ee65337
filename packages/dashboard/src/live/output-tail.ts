import type { WireOutputLine } from '@task-monitor/client';

/** What a page shows of the output: more than anybody scrolls through. */
const MOST = 500;

/** The newest lines of output, in order and each once, however they came. */
export class OutputTail {
  readonly lines: readonly WireOutputLine[];

  constructor(lines: readonly WireOutputLine[] = []) {
    this.lines = lines;
  }

  /** The number of the newest line; 0: there is none. */
  get lastNumber(): number {
    return this.lines.at(-1)?.number ?? 0;
  }

  /** With `lines`, of which it may have some already. */
  add(lines: readonly WireOutputLine[]): OutputTail {
    if (lines.length === 0) return this;
    const isNext = (lines[0]?.number ?? 0) > this.lastNumber;
    if (isNext) return new OutputTail([...this.lines, ...lines].slice(-MOST));
    const byNumber = new Map([...this.lines, ...lines].map((line) => [line.number, line]));
    if (byNumber.size === this.lines.length) return this;
    return new OutputTail([...byNumber.values()].sort((a, b) => a.number - b.number).slice(-MOST));
  }
}

/** How many lines are missing before the line at `index`: the server keeps the newest only. */
export function missingBefore(lines: readonly WireOutputLine[], index: number): number {
  return (lines[index]?.number ?? 1) - (lines[index - 1]?.number ?? 0) - 1;
}

import type { ProgressUpdate } from '@task-monitor/core';
import { LineSplitter } from '../src/line-splitter.js';
import { ProgressDetector } from '../src/progress/detect.js';
import type { ProgressOption } from '../src/progress/formats.js';

/** What was made of an output: what it said of its progress, and the lines that are kept. */
export interface ReadOutput {
  readonly updates: readonly ProgressUpdate[];
  readonly lines: readonly string[];
}

/** Reads what a program wrote to one stream, in these chunks, as `runCommand` does. */
export class OutputReader {
  readonly updates: ProgressUpdate[] = [];
  readonly lines: string[] = [];
  readonly #detector: ProgressDetector;

  constructor(option: ProgressOption = 'auto', command: readonly string[] = []) {
    this.#detector = new ProgressDetector(
      option,
      command,
      (update) => this.updates.push(update),
      (error) => {
        throw error;
      },
    );
  }

  read(stream: 'stdout' | 'stderr', chunks: readonly (string | Uint8Array)[]): this {
    const splitter = new LineSplitter(
      (lines) => this.lines.push(...this.#detector.sort(stream, lines).ordinary),
      (unfinished) => this.#detector.glimpse(stream, unfinished),
    );
    for (const chunk of chunks) splitter.write(Buffer.from(chunk));
    splitter.end();
    this.lines.push(...this.#detector.end(stream));
    return this;
  }
}

export function readOutput(
  chunks: readonly (string | Uint8Array)[],
  option: ProgressOption = 'auto',
): ReadOutput {
  const { updates, lines } = new OutputReader(option).read('stderr', chunks);
  return { updates, lines };
}

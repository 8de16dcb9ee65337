import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { cutText, LIMITS, type RunContext } from '@task-monitor/core';
import { ownText } from './own-text.js';
import { LineSplitter } from './line-splitter.js';
import { OutputLog } from './output-log.js';
import { plainText } from './plain-text.js';
import { parseProgressLine } from './progress-line.js';
import { ProgressThrottle } from './progress-throttle.js';
import { RecentLines } from './recent-lines.js';

/** So much of standard error explains a failure. */
const ERROR_TAIL = { lines: 10, bytes: 65_536 };

/**
 * What a child says, line by line: on standard output a progress line is the task's progress, and any other line its
 * message; standard error explains a failure; all lines but those of progress go to the task's output. Nothing a child
 * writes can do more than that, and no other task is within its reach.
 */
export class ChildOutput {
  readonly #log: OutputLog;
  readonly #progress: ProgressThrottle;
  readonly #errors = new RecentLines<{ readonly text: string }>(ERROR_TAIL);
  readonly #splitters: LineSplitter[] = [];
  #lastLine: string | null = null;

  constructor(context: Pick<RunContext, 'log' | 'progress'>) {
    this.#log = new OutputLog((lines) => context.log(lines));
    this.#progress = new ProgressThrottle((update) => {
      const { message } = update;
      void context.progress(message ? { ...update, message: ownText(message) } : update);
    });
  }

  /** The last ordinary line of standard output that is not blank. */
  get lastLine(): string | null {
    return this.#lastLine === null ? null : ownText(this.#lastLine);
  }

  /** Reads both pipes to their ends, however fast and much comes: a full pipe would block the child. */
  read({ stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>): void {
    if (stdout) this.#readLines(stdout, (lines) => this.#stdoutLines(lines));
    if (stderr) this.#readLines(stderr, (lines) => this.#stderrLines(lines));
  }

  /** The last lines of standard error, none of them blank. */
  takeErrorLines(): readonly string[] {
    return this.#errors.take().map((line) => line.text);
  }

  /** Passes on all that was not yet: the unfinished lines too. */
  async end(): Promise<void> {
    for (const splitter of this.#splitters) splitter.end();
    this.#progress.flush();
    await this.#log.end();
  }

  #readLines(stream: Readable, onLines: (lines: readonly string[]) => void): void {
    const splitter = new LineSplitter(onLines);
    this.#splitters.push(splitter);
    stream.on('data', (chunk: Buffer) => splitter.write(chunk));
    // A pipe that fails is a pipe at its end: what the child's exit says still counts.
    stream.on('error', () => {});
  }

  #stdoutLines(lines: readonly string[]): void {
    const ordinary: string[] = [];
    /** How many ordinary lines came before the last message of a progress line. */
    let outdated = 0;
    for (const line of lines) {
      const update = parseProgressLine(line);
      if (update === null) {
        ordinary.push(line);
      } else {
        this.#progress.report(update);
        if (update.message !== undefined) outdated = ordinary.length;
      }
    }
    this.#log.add('stdout', ordinary);
    const [last] = lastTexts(ordinary, 1);
    if (last === undefined) return;
    this.#lastLine = cutText(last, LIMITS.messageBytes);
    const [message] = outdated === 0 ? [last] : lastTexts(ordinary.slice(outdated), 1);
    if (message !== undefined)
      this.#progress.report({ message: cutText(message, LIMITS.messageBytes) });
  }

  #stderrLines(lines: readonly string[]): void {
    this.#log.add('stderr', lines);
    for (const text of lastTexts(lines, ERROR_TAIL.lines)) this.#errors.add({ text });
  }
}

/** The last lines that are not blank, at most `count`, as plain text. */
function lastTexts(lines: readonly string[], count: number): string[] {
  const texts: string[] = [];
  for (let index = lines.length - 1; index >= 0 && texts.length < count; index--) {
    const text = plainText(lines[index] as string);
    if (text.trim() !== '') texts.unshift(text);
  }
  return texts;
}

import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { LIMITS, PrivateKeyLines, type RunContext } from '@task-monitor/core';
import { cutAtBlank } from './cut-at-blank.js';
import { FfmpegBanner } from './ffmpeg-banner.js';
import { ownText } from './own-text.js';
import { LineSplitter } from './line-splitter.js';
import { OutputLog } from './output-log.js';
import { plainText } from './plain-text.js';
import { ProgressDetector, type Sorted } from './progress/detect.js';
import type { ProgressOption } from './progress/formats.js';
import type { OutputLine } from './progress/line-parser.js';
import { ProgressThrottle } from './progress-throttle.js';
import { RecentLines } from './recent-lines.js';

/** What it tells a task; all that is used of a {@link RunContext}. */
export type OutputContext = Pick<RunContext, 'log' | 'progress' | 'reportError'>;

/** So much of standard error explains a failure. */
const ERROR_TAIL = { lines: 10, bytes: 65_536 };

/**
 * What a child says, line by line: a progress line is the task's progress; any other line of standard output is its
 * message, and of standard error explains a failure; all lines but those of progress go to the task's output. Nothing a
 * child writes can do more than that, and no other task is within its reach.
 */
export class ChildOutput {
  readonly #log: OutputLog;
  readonly #progress: ProgressThrottle;
  readonly #detector: ProgressDetector;
  readonly #errors = new RecentLines<{ readonly text: string }>(ERROR_TAIL);
  /** The lines of a private key are no messages, and explain nothing; the log is told of them as they are. */
  readonly #privateKeys = new PrivateKeyLines();
  readonly #banner = new FfmpegBanner();
  readonly #splitters: LineSplitter[] = [];
  #lastLine: string | null = null;

  constructor(
    context: OutputContext,
    command: readonly string[],
    progress: ProgressOption = 'auto',
  ) {
    this.#log = new OutputLog((lines) => context.log(lines));
    this.#progress = new ProgressThrottle((update) => {
      const { message } = update;
      void context.progress(message ? { ...update, message: ownText(message) } : update);
    });
    this.#detector = new ProgressDetector(
      progress,
      command,
      (update) => this.#progress.report(update),
      (error) => context.reportError(error, 'reading the progress that a command prints'),
    );
  }

  /** The last ordinary line of standard output that is not blank. */
  get lastLine(): string | null {
    return this.#lastLine === null ? null : ownText(this.#lastLine);
  }

  /** Reads both pipes to their ends, however fast and much comes: a full pipe would block the child. */
  read({ stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>): void {
    if (stdout) this.#readLines('stdout', stdout, (sorted) => this.#stdoutLines(sorted));
    if (stderr) this.#readLines('stderr', stderr, ({ ordinary }) => this.#stderrLines(ordinary));
  }

  /** The last lines of standard error that may explain a failure, none of them blank. */
  takeErrorLines(): readonly string[] {
    return this.#errors.take().map((line) => line.text);
  }

  /** Passes on all that was not yet: the unfinished lines too. */
  async end(): Promise<void> {
    for (const splitter of this.#splitters) splitter.end();
    this.#stdoutLines({ ordinary: this.#detector.end('stdout'), outdated: 0, reports: [] });
    this.#stderrLines(this.#detector.end('stderr'));
    this.#progress.flush();
    await this.#log.end();
  }

  #readLines(name: OutputLine['stream'], pipe: Readable, take: (sorted: Sorted) => void): void {
    const splitter = new LineSplitter(
      (lines) => take(this.#detector.sort(name, lines)),
      (unfinished) => this.#detector.glimpse(name, unfinished),
    );
    this.#splitters.push(splitter);
    pipe.on('data', (chunk: Buffer) => splitter.write(chunk));
    // A pipe that fails is a pipe at its end: what the child's exit says still counts.
    pipe.on('error', () => {});
  }

  #stdoutLines({ ordinary, outdated, reports }: Sorted): void {
    this.#log.add('stdout', ordinary);
    const spoken = ordinary.map((line) => this.#privateKeys.next('stdout', line));
    for (const index of reports) spoken[index] = '';
    const [last] = lastTexts(spoken, 1);
    if (last === undefined) return;
    this.#lastLine = cutAtBlank(last, LIMITS.messageBytes);
    const [message] = outdated === 0 ? [last] : lastTexts(spoken.slice(outdated), 1);
    if (message !== undefined)
      this.#progress.report({ message: cutAtBlank(message, LIMITS.messageBytes) });
  }

  #stderrLines(lines: readonly string[]): void {
    this.#log.add('stderr', lines);
    const spoken = lines
      .map((line) => this.#privateKeys.next('stderr', line))
      .filter((line) => !this.#banner.has(line));
    for (const text of lastTexts(spoken, ERROR_TAIL.lines)) this.#errors.add({ text });
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

import type { ProgressUpdate } from '@task-monitor/core';
import { plainText } from '../plain-text.js';
import { CustomParser } from './custom.js';
import { parsersOf, type ProgressOption } from './formats.js';
import { HeldLines, isBlank } from './held-lines.js';
import { UnfinishedBar } from './unfinished-bar.js';
import type { LineParser, OutputLine, Reading } from './line-parser.js';

/** `5%` is the shortest line of any format. */
const MIN_CHARACTERS = 2;

/** What became of some lines. */
export interface Sorted {
  /** Lines for the output. */
  readonly ordinary: readonly string[];
  /** How many of them came before, or were themselves, the last message that an update brought. */
  readonly outdated: number;
  /** Which of them are reports, by index: no messages, though they are kept. */
  readonly reports: readonly number[];
}

/**
 * Tells progress from ordinary lines. Each line is tried against the parsers, the most specific first. Once one of the
 * exact formats was found, what is only guessed is no longer asked: the program has a better way to say it.
 */
export class ProgressDetector {
  readonly #onUpdate: (update: ProgressUpdate) => void;
  readonly #exact: readonly LineParser[];
  #guessed: readonly LineParser[];
  readonly #minCharacters: number;
  readonly #held = { stdout: new HeldLines(), stderr: new HeldLines() };
  readonly #bar = { stdout: new UnfinishedBar(), stderr: new UnfinishedBar() };

  constructor(
    option: ProgressOption,
    command: readonly string[],
    onUpdate: (update: ProgressUpdate) => void,
    onError: (error: unknown) => void,
  ) {
    this.#onUpdate = onUpdate;
    this.#minCharacters = typeof option === 'function' ? 1 : MIN_CHARACTERS;
    if (typeof option === 'function') {
      this.#exact = [new CustomParser(option, onError)];
      this.#guessed = [];
    } else if (option === false || option === 'none') {
      this.#exact = [];
      this.#guessed = [];
    } else {
      ({ exact: this.#exact, guessed: this.#guessed } = parsersOf(option, command));
    }
  }

  sort(stream: OutputLine['stream'], lines: readonly string[]): Sorted {
    if (this.#exact.length + this.#guessed.length === 0) {
      return { ordinary: lines, outdated: 0, reports: [] };
    }
    const ordinary: string[] = [];
    const reports: number[] = [];
    let outdated = 0;
    const held = this.#held[stream];
    for (const raw of lines) {
      const reading = this.#readingOf(stream, raw);
      this.#bar[stream].next(reading);
      if (reading === 'blank') {
        held.addBlank(raw, ordinary);
      } else if (reading === null) {
        held.release(ordinary);
        ordinary.push(raw);
      } else if (reading.unsure) {
        held.addUnsure(raw, ordinary);
      } else {
        held.settle(reading, ordinary);
        if (reading.isReport) reports.push(ordinary.length);
        if (reading.kept !== null) ordinary.push(reading.kept);
        if (this.#report(reading)) outdated = ordinary.length;
      }
    }
    return { ordinary, outdated, reports };
  }

  /** Shows a line before it is finished: if it is another drawing of the bar before it, that need not be waited for. */
  glimpse(stream: OutputLine['stream'], raw: string): void {
    const bar = this.#bar[stream];
    if (!bar.isAwaited) return;
    const reading = this.#read(stream, raw);
    if (!reading?.redrawn || reading.kept !== null) return;
    bar.seen(raw.trimEnd());
    this.#report(reading);
  }

  /** The lines that were held back to the end, as they turned out to be ordinary ones. */
  end(stream: OutputLine['stream']): readonly string[] {
    const ordinary: string[] = [];
    this.#held[stream].release(ordinary);
    return ordinary;
  }

  /** Whether it brought a message. */
  #report({ update }: Reading): boolean {
    if (update === null) return false;
    this.#onUpdate(update);
    return update.message !== undefined;
  }

  #readingOf(stream: OutputLine['stream'], raw: string): Reading | 'blank' | null {
    if (isBlank(raw)) return 'blank';
    const rest = this.#bar[stream].restOf(raw);
    if (rest !== null) {
      const kept = plainText(rest).trim();
      return { update: null, kept: kept === '' ? null : kept, redrawn: true };
    }
    return raw.length < this.#minCharacters ? null : this.#read(stream, raw);
  }

  #read(stream: OutputLine['stream'], raw: string): Reading | null {
    const seen = raw.includes('\u001b') ? plainText(raw) : raw;
    for (const parser of this.#exact) {
      if (!parser.mayRead(seen)) continue;
      const reading = parser.read({ stream, raw, text: plainText(seen).trimEnd() });
      if (reading === null) continue;
      if (!reading.unsure) this.#guessed = [];
      return reading;
    }
    for (const parser of this.#guessed) {
      if (!parser.mayRead(seen)) continue;
      const reading = parser.read({ stream, raw, text: plainText(seen).trimEnd() });
      if (reading !== null) return reading;
    }
    return null;
  }
}

import type { ProgressUpdate } from '@task-monitor/core';
import type { ProgressParser } from './formats.js';
import { toUpdate } from './json.js';
import type { LineParser, OutputLine, Reading } from './line-parser.js';

/** The user's own parser. Whatever it does, it never fails the task. */
export class CustomParser implements LineParser {
  readonly #parse: ProgressParser;
  readonly #onError: (error: unknown) => void;
  #hasFailed = false;

  constructor(parse: ProgressParser, onError: (error: unknown) => void) {
    this.#parse = parse;
    this.#onError = onError;
  }

  mayRead(): boolean {
    return true;
  }

  read({ stream, text }: OutputLine): Reading | null {
    try {
      const answer: unknown = this.#parse({ stream, text });
      if (answer === null || answer === undefined) return null;
      return { update: checked(answer), kept: null };
    } catch (error) {
      // Once: it would probably be the same for every line.
      if (!this.#hasFailed) this.#onError(error);
      this.#hasFailed = true;
      return null;
    }
  }
}

const EXPECTED =
  'a message, a percentage (0 to 100), an object of any of message, current, total (not below current), unit and percent, or null for an ordinary line';

function checked(answer: unknown): ProgressUpdate {
  // A promise has none of these members either, and is the likeliest mistake.
  if (answer instanceof Promise) {
    answer.catch(() => {});
    throw new TypeError('The progress parser returned a promise; it has to answer at once.');
  }
  const update =
    typeof answer === 'number'
      ? toUpdate({ percent: answer })
      : typeof answer === 'string'
        ? toUpdate({ message: answer })
        : objectUpdate(answer);
  if (update !== null) return update;
  throw new TypeError(`The progress parser returned what is no progress; expected ${EXPECTED}.`);
}

function objectUpdate(answer: unknown): ProgressUpdate | null {
  if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) {
    const given = Object.entries(answer).filter(([, value]) => value !== undefined);
    const update = toUpdate(Object.fromEntries(given));
    if (update !== null && Object.keys(update).length === given.length) return update;
  }
  return null;
}

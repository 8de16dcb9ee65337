import { CENSOR } from './censor.js';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;

/** An RSA key of 16,384 bits has about as many lines; after them whoever began one is taken to have not meant it. */
const MAX_KEY_LINES = 250;
/** So many streams may be in the middle of a key at a time; the oldest gives way. */
const MAX_STREAMS = 1_000;

/** Hides private keys whose lines come one by one, in streams of lines that are told apart by name. */
export class PrivateKeyLines {
  /** How many lines of a key each stream may still bring, of those that are in the middle of one. */
  readonly #left = new Map<string, number>();

  /** The line as it may be shown. */
  next(stream: string, line: string): string {
    const left = this.#left.size === 0 ? undefined : this.#left.get(stream);
    if (left === undefined) {
      if (line.includes('PRIVATE KEY') && BEGIN.test(line)) this.#begin(stream, line);
      return line;
    }
    const end = END.exec(line);
    if (end === null) {
      if (left === 1) this.#left.delete(stream);
      else this.#left.set(stream, left - 1);
      return line === '' ? line : CENSOR;
    }
    this.#left.delete(stream);
    const rest = line.slice(end.index);
    this.#begin(stream, rest);
    return end.index === 0 ? line : CENSOR + rest;
  }

  /** No stream is in the middle of a key. */
  get isIdle(): boolean {
    return this.#left.size === 0;
  }

  /** Whether the next line of a stream belongs to a key. */
  isInside(stream: string): boolean {
    return this.#left.has(stream);
  }

  /** The stream is over. */
  forget(stream: string): void {
    this.#left.delete(stream);
  }

  #begin(stream: string, line: string): void {
    const begin = line.lastIndexOf('-----BEGIN ');
    if (begin === -1 || !BEGIN.test(line.slice(begin)) || END.test(line.slice(begin))) return;
    if (this.#left.size >= MAX_STREAMS) {
      for (const oldest of this.#left.keys()) {
        this.#left.delete(oldest);
        break;
      }
    }
    this.#left.set(stream, MAX_KEY_LINES);
  }
}

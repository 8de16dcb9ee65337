import { CENSOR } from './censor.js';
import { PRIVATE_KEY_MARK } from './secret-values.js';

/** An RSA key of 16,384 bits has about as many lines. */
const MAX_KEY_LINES = 250;
/** So many lines that look like none of a key, one after the other, and whoever began it is taken to have only spoken of it. */
const MAX_STRANGE_LINES = 30;
/** So many streams may be in the middle of a key at a time; the oldest gives way. */
const MAX_STREAMS = 1_000;

const KEY_LINE = /(?:^|[\s|>:])[A-Za-z0-9+/=]{16,}\s*$/;

interface OpenKey {
  lines: number;
  strangeLines: number;
}

/** Hides private keys whose lines come one by one, in streams of lines that are told apart by name. */
export class PrivateKeyLines {
  /** Of the streams that are in the middle of a key. */
  readonly #open = new Map<string, OpenKey>();

  /** No stream is in the middle of a key. */
  get isIdle(): boolean {
    return this.#open.size === 0;
  }

  /** The next line of a stream, without what of it belongs to a key that an earlier line began. */
  next(stream: string, line: string): string {
    const key = this.#open.size === 0 ? undefined : this.#open.get(stream);
    const marks = line.includes(' PRIVATE KEY') ? [...line.matchAll(PRIVATE_KEY_MARK)] : [];
    const last = marks.at(-1);
    // Where something follows, BEGIN is only spoken of, or the key is all in this line.
    if (last?.[1] === 'BEGIN' && line.endsWith(last[0])) this.#begin(stream);
    else if (last !== undefined) this.#open.delete(stream);
    if (key === undefined) return line;
    const [first] = marks;
    if (first === undefined) this.#count(stream, key, line);
    const end = first?.[1] === 'END' ? first.index : first === undefined ? line.length : 0;
    return line.slice(0, end).trim() === '' ? line : CENSOR + line.slice(end);
  }

  /** The stream is over. */
  forget(stream: string): void {
    this.#open.delete(stream);
  }

  #begin(stream: string): void {
    this.#open.delete(stream);
    const [oldest] = this.#open.keys();
    if (this.#open.size >= MAX_STREAMS && oldest !== undefined) this.#open.delete(oldest);
    this.#open.set(stream, { lines: 0, strangeLines: 0 });
  }

  #count(stream: string, key: OpenKey, line: string): void {
    key.lines++;
    key.strangeLines = KEY_LINE.test(line) ? 0 : key.strangeLines + 1;
    if (key.lines >= MAX_KEY_LINES || key.strangeLines >= MAX_STRANGE_LINES)
      this.#open.delete(stream);
  }
}

import { OUTPUT_LIMITS } from '@task-monitor/core';
import { cutAtBlank } from './cut-at-blank.js';

/** A quarter of what a task's output may hold in all: one line does not take the place of all others. The mark is part of it. */
const MAX_LINE_BYTES = OUTPUT_LIMITS.bytes / 4;
const CUT_MARK = ` [line cut at ${MAX_LINE_BYTES / 1024} KB]`;

/** One byte more than a line may have is all it takes to know that it is too long. */
const MAX_PENDING_BYTES = MAX_LINE_BYTES + 1;

/** No progress bar is longer. */
const MAX_BAR_BYTES = 1_000;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const CLOSING_BRACKET = 0x5d;

/**
 * Makes lines of the bytes that a pipe brings, however they are cut into chunks. `\n`, `\r\n` and a bare `\r` (progress
 * bars) end a line, at once. The part of a line beyond 16 KB is thrown away up to its end, and a mark says so.
 *
 * The lines that one chunk ends are given out together. Only whole lines are decoded. No line end is ever part of a longer UTF-8 character, so neither a character on the
 * border of two chunks nor an invalid byte can reach beyond its line. Memory: 16 KB at most for the unfinished line.
 */
export class LineSplitter {
  readonly #emit: (lines: readonly string[]) => void;
  readonly #glimpse: ((unfinished: string) => void) | null;
  /** The unfinished line, in the first `#pendingBytes` of this buffer. */
  #pending = Buffer.alloc(0);
  #pendingBytes = 0;
  /** The last byte was a `\r`, which ended a line: a `\n` that comes next belongs to it. */
  #afterReturn = false;

  /**
   * `glimpse` is shown an unfinished line that looks like a bar of which nothing is missing, maybe more than once: a bar
   * that is drawn as `\r…` ends with the next one, which may be minutes away.
   */
  constructor(
    emit: (lines: readonly string[]) => void,
    glimpse: ((unfinished: string) => void) | null = null,
  ) {
    this.#emit = emit;
    this.#glimpse = glimpse;
  }

  write(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#afterReturn && bytes[0] === NEWLINE) bytes = bytes.subarray(1);
    if (chunk.length > 0) this.#afterReturn = false;

    const end = Math.max(bytes.lastIndexOf(NEWLINE), bytes.lastIndexOf(RETURN)) + 1;
    if (end > 0) {
      this.#afterReturn = end === bytes.length && bytes[end - 1] === RETURN;
      this.#emitLines(this.#takePending(bytes.subarray(0, end)));
    }
    this.#keep(bytes.subarray(end));
    if (this.#glimpse !== null && this.#endsLikeBar()) {
      this.#glimpse(this.#pending.toString('utf8', 0, this.#pendingBytes));
    }
  }

  /** Gives out what was written after the last line end. */
  end(): void {
    if (this.#pendingBytes > 0) this.#emit([lineOf(this.#takePending(Buffer.alloc(0)).toString())]);
  }

  #emitLines(bytes: Buffer): void {
    const text = bytes.toString();
    const lines = text.includes('\r') ? text.split(/\r\n|\r|\n/) : text.split('\n');
    // What follows the last line end is empty.
    lines.pop();
    this.#emit(bytes.length > MAX_LINE_BYTES ? lines.map(lineOf) : lines);
  }

  #endsLikeBar(): boolean {
    let end = this.#pendingBytes;
    if (end > MAX_BAR_BYTES) return false;
    while (end > 0 && this.#pending[end - 1] === SPACE) end--;
    return end > 0 && this.#pending[end - 1] === CLOSING_BRACKET;
  }

  #takePending(rest: Buffer): Buffer {
    if (this.#pendingBytes === 0) return rest;
    const taken = Buffer.concat([this.#pending.subarray(0, this.#pendingBytes), rest]);
    this.#pendingBytes = 0;
    return taken;
  }

  #keep(bytes: Buffer): void {
    const length =
      this.#pendingBytes + Math.min(bytes.length, MAX_PENDING_BYTES - this.#pendingBytes);
    if (length > this.#pending.length) {
      const larger = Buffer.alloc(Math.min(Math.max(length * 2, 256), MAX_PENDING_BYTES));
      this.#pending.copy(larger, 0, 0, this.#pendingBytes);
      this.#pending = larger;
    }
    bytes.copy(this.#pending, this.#pendingBytes, 0, length - this.#pendingBytes);
    this.#pendingBytes = length;
  }
}

function lineOf(line: string): string {
  if (Buffer.byteLength(line) <= MAX_LINE_BYTES) return line;
  return cutAtBlank(line, MAX_LINE_BYTES - CUT_MARK.length) + CUT_MARK;
}

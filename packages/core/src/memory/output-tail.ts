import { LIMITS } from '../limits.js';
import { type NewOutputLine, OUTPUT_LIMITS, type OutputLine } from '../store.js';
import { cutText, storableText } from '../text.js';
import { ARRAY, bytesOfText, NUMBER, OBJECT, SLOT } from './heap-bytes.js';

/** The newest lines of one task's output, within {@link OUTPUT_LIMITS}. */
export class OutputTail {
  #lines: OutputLine[] = [];
  /** UTF-8 bytes of `#lines`. */
  #bytes = 0;
  #heapBytes = TAIL;
  #lastNumber = 0;

  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** What it takes of the heap. */
  get heapBytes(): number {
    return this.#heapBytes;
  }

  /** Returns the lines as they were kept. */
  append(lines: readonly NewOutputLine[]): readonly OutputLine[] {
    const added = lines.map((line) =>
      Object.freeze({
        stream: line.stream,
        text: cutText(storableText(line.text), OUTPUT_LIMITS.bytes),
        at: line.at,
        number: ++this.#lastNumber,
      }),
    );
    for (const line of added) {
      this.#bytes += Buffer.byteLength(line.text);
      this.#heapBytes += heapBytesOf(line);
      this.#lines.push(line);
    }
    this.#dropWhile((kept) => kept > OUTPUT_LIMITS.lines || this.#bytes > OUTPUT_LIMITS.bytes);
    return Object.freeze(added);
  }

  /** Lets its oldest lines go until they took `surplus` bytes of the heap, except the newest one if it is short. */
  giveWay(surplus: number): void {
    const enough = this.#heapBytes - surplus;
    this.#dropWhile(
      (kept) =>
        this.#heapBytes > enough && (kept > 1 || (kept === 1 && this.#bytes > LIMITS.messageBytes)),
    );
  }

  after(number: number): readonly OutputLine[] {
    return this.#lines.filter((line) => line.number > number);
  }

  #dropWhile(isTooMuch: (kept: number) => boolean): void {
    const lines = this.#lines;
    let dropped = 0;
    while (isTooMuch(lines.length - dropped)) {
      const line = lines[dropped++] as OutputLine;
      this.#bytes -= Buffer.byteLength(line.text);
      this.#heapBytes -= heapBytesOf(line);
    }
    lines.splice(0, dropped);
  }
}

/** The line with its place in the list. */
export function heapBytesOf({ text }: OutputLine): number {
  return LINE + bytesOfText(text);
}

const LINE = OBJECT + 4 * SLOT + NUMBER + SLOT;
const TAIL = OBJECT + 4 * SLOT + NUMBER + ARRAY;

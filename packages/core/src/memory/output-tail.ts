import { type NewOutputLine, OUTPUT_LIMITS, type OutputLine } from '../store.js';
import { cutText, storableText } from '../text.js';

/** The newest lines of one task's output, within {@link OUTPUT_LIMITS}. */
export class OutputTail {
  #lines: OutputLine[] = [];
  /** UTF-8 bytes of `#lines`. */
  #bytes = 0;
  #lastNumber = 0;

  get lastNumber(): number {
    return this.#lastNumber;
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
      this.#lines.push(line);
    }
    let surplus = 0;
    while (
      this.#lines.length - surplus > OUTPUT_LIMITS.lines ||
      this.#bytes > OUTPUT_LIMITS.bytes
    ) {
      this.#bytes -= Buffer.byteLength((this.#lines[surplus++] as OutputLine).text);
    }
    this.#lines.splice(0, surplus);
    return Object.freeze(added);
  }

  after(number: number): readonly OutputLine[] {
    return this.#lines.filter((line) => line.number > number);
  }
}

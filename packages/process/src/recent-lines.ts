/** The newest lines within a number of lines and of UTF-8 bytes; older ones give way. Adding is O(1), amortised. */
export class RecentLines<Line extends { readonly text: string }> {
  readonly #maxLines: number;
  readonly #maxBytes: number;
  #lines: Line[] = [];
  /** Where the kept lines begin in `#lines`. */
  #first = 0;
  #bytes = 0;

  constructor(limits: { readonly lines: number; readonly bytes: number }) {
    this.#maxLines = limits.lines;
    this.#maxBytes = limits.bytes;
  }

  get count(): number {
    return this.#lines.length - this.#first;
  }

  add(line: Line): void {
    this.#lines.push(line);
    this.#bytes += Buffer.byteLength(line.text);
    while (this.count > this.#maxLines || (this.#bytes > this.#maxBytes && this.count > 1)) {
      this.#bytes -= Buffer.byteLength((this.#lines[this.#first] as Line).text);
      this.#first++;
    }
    if (this.#first > this.#maxLines) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The kept lines, oldest first; afterwards there are none. */
  take(): readonly Line[] {
    const lines = this.#lines.slice(this.#first);
    this.#lines = [];
    this.#first = 0;
    this.#bytes = 0;
    return lines;
  }
}

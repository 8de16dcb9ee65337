/** One block of `text/event-stream`. */
export interface StreamBlock {
  /** The name of the event; `message` where none is given. */
  readonly name: string;
  /** `null`: no event, whatever else it says. */
  readonly data: string | null;
  /** `null`: it says none. */
  readonly id: string | null;
  /** Milliseconds until one comes again; `null`: it says nothing of that. */
  readonly retryMs: number | null;
}

/** Reads `text/event-stream` as the HTML standard has it, in whatever pieces it arrives. */
export class EventStreamParser {
  readonly #lineEnd = /\r\n|\r|\n/g;
  #isFirst = true;
  #afterReturn = false;
  /** Of a line that has not ended yet. */
  #rest = '';
  #block: { -readonly [Field in keyof StreamBlock]: StreamBlock[Field] } | null = null;

  /** The blocks that end in `text`. A block that the stream leaves unfinished is none. */
  *push(text: string): Generator<StreamBlock> {
    let from = 0;
    if (text.length > 0) {
      if (this.#isFirst && text.startsWith('\ufeff')) from = 1;
      this.#isFirst = false;
      // A line may end in CR, LF or both, and the two may come apart.
      if (this.#afterReturn && text.startsWith('\n')) from = 1;
      this.#afterReturn = text.endsWith('\r');
    }
    this.#lineEnd.lastIndex = from;
    for (let end = this.#lineEnd.exec(text); end !== null; end = this.#lineEnd.exec(text)) {
      const line = this.#rest + text.slice(from, end.index);
      this.#rest = '';
      from = this.#lineEnd.lastIndex;
      if (line !== '') {
        this.#field(line);
      } else if (this.#block !== null) {
        const block = this.#block;
        this.#block = null;
        yield block;
        this.#lineEnd.lastIndex = from;
      }
    }
    this.#rest += text.slice(from);
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    const block = (this.#block ??= { name: 'message', data: null, id: null, retryMs: null });
    if (name === 'event' && value !== '') block.name = value;
    else if (name === 'data') block.data = block.data === null ? value : `${block.data}\n${value}`;
    else if (name === 'id' && !value.includes('\0')) block.id = value;
    else if (name === 'retry' && /^[0-9]{1,9}$/.test(value)) block.retryMs = Number(value);
  }
}

import { once } from 'node:events';
import { afterEach } from '@jest/globals';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { checkAnswer, checkEvent } from '../../http/test/declared-answer.js';

export interface StreamedEvent {
  readonly name: string;
  /** The last id that was sent, with this event or before. */
  readonly id: string;
  readonly data: unknown;
}

/** What the OpenAPI document does not have, and no test has looked at. */
const undeclared = new Set<Error>();
afterEach(() => {
  const [first] = undeclared;
  undeclared.clear();
  if (first !== undefined) throw first;
});

/**
 * A client of an event stream that reads as the standard says, and remembers where it was. An answer or event that the
 * OpenAPI document does not have fails the test.
 */
export class EventStream {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly #req: ClientRequest;
  readonly #res: IncomingMessage;
  readonly #events: (StreamedEvent | Error)[] = [];
  #wake = (): void => {};
  #ended = false;
  #isLeft = false;
  #text = '';
  #id: string;
  /** Blocks without an event: comments, and ids alone. */
  readonly silent: string[] = [];

  private constructor(req: ClientRequest, res: IncomingMessage, path: string, id: string) {
    this.#req = req;
    this.#res = res;
    this.#id = id;
    this.status = res.statusCode ?? 0;
    this.headers = res.headers;
    res.setEncoding('utf8');
    res.on('data', (chunk: string) => this.#read(chunk));
    res.on('error', () => {});
    res.on('close', () => {
      this.#ended = true;
      // What was not read of an answer that was left is thrown away.
      if (res.complete && !this.#isLeft) this.#check(() => this.#checkRest(path));
      this.#wake();
    });
  }

  /** The API is at `/tasks` if `path` begins with that, else at the root. */
  static async open(
    port: number,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventStream> {
    const req = request({ host: '127.0.0.1', port, path, headers, agent: false }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    req.on('error', () => {});
    const { statusCode: status = 0, headers: received } = res;
    const below = path.startsWith('/tasks/') ? path.slice('/tasks'.length) : path;
    checkAnswer({ method: 'GET', path: below, status, headers: received, body: null });
    return new EventStream(req, res, below, headers['Last-Event-ID'] ?? '');
  }

  get lastEventId(): string {
    return this.#id;
  }

  /** The next event; `null` once the stream is over. Rejects where it is one that the OpenAPI document does not have. */
  async next(): Promise<StreamedEvent | null> {
    while (this.#events.length === 0 && !this.#ended)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    const next = this.#events.shift() ?? null;
    if (!(next instanceof Error)) return next;
    undeclared.delete(next);
    throw next;
  }

  /** The events up to the first of which `isLast` is true; the stream must not end before it. */
  async until(isLast: (event: StreamedEvent) => boolean): Promise<StreamedEvent[]> {
    const seen: StreamedEvent[] = [];
    for (;;) {
      const event = await this.next();
      if (event === null) throw new Error(`The stream ended after ${seen.length} events.`);
      seen.push(event);
      if (isLast(event)) return seen;
    }
  }

  /** All that is left, until the stream is over. */
  async rest(): Promise<StreamedEvent[]> {
    const seen: StreamedEvent[] = [];
    for (let event = await this.next(); event !== null; event = await this.next()) seen.push(event);
    return seen;
  }

  /** Stops reading, as a client does that is stuck. */
  pause(): void {
    this.#res.pause();
  }

  resume(): void {
    this.#res.resume();
  }

  close(): void {
    this.#isLeft = true;
    this.#req.destroy();
  }

  #read(chunk: string): void {
    this.#text += chunk;
    for (let end = this.#text.indexOf('\n\n'); end !== -1; end = this.#text.indexOf('\n\n')) {
      this.#block(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 2);
    }
  }

  #block(block: string): void {
    let name = 'message';
    let id: string | undefined;
    let data: string | null = null;
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (field === 'event') name = value;
      if (field === 'data') data = data === null ? value : `${data}\n${value}`;
      if (field === 'id' && !value.includes('\0')) this.#id = id = value;
    }
    if (data === null) {
      this.silent.push(block);
      return;
    }
    const value: unknown = JSON.parse(data);
    this.#check(() => checkEvent({ event: name, ...(id !== undefined && { id }), data: value }));
    this.#events.push({ name, id: this.#id, data: value });
    this.#wake();
  }

  /** What came instead of events: a problem, or nothing. */
  #checkRest(path: string): void {
    const { status, headers } = this;
    if (!headers['content-type']?.startsWith('text/event-stream'))
      checkAnswer({ method: 'GET', path, status, headers, body: this.#text });
  }

  #check(check: () => void): void {
    try {
      check();
    } catch (error) {
      undeclared.add(error as Error);
      this.#events.push(error as Error);
    }
  }
}

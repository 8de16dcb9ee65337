import { readJson, readPlain, readProblem } from './answer.js';
import { LinkedAbort } from './linked-abort.js';
import { TaskApiError } from './task-api-error.js';

type Headers = Readonly<Record<string, string>>;

export interface TransportOptions {
  /** What sends requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Sent with every request; a function is asked before each of them, so that a token is always fresh. Default: none. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>);
  /** Whether cookies are sent to another origin, as `fetch` has it. Default: only to the own origin. */
  readonly credentials?: NonNullable<RequestInit['credentials']>;
}

/** A request, with its path below the mount. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: object;
  readonly headers?: Headers;
  readonly signal?: AbortSignal | undefined;
  /** What the answer is. Default: JSON. */
  readonly answer?: 'json' | 'text';
  /** A status of failure with which there is an answer all the same, if it is JSON and no problem. Default: none. */
  readonly alsoAnswers?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Response['headers'];
  /** `null` with status 304. */
  readonly body: unknown;
}

/** Sends requests to one mount of Task Monitor, and makes every failure a {@link TaskApiError}. */
export class Transport {
  readonly #base: string;
  readonly #options: TransportOptions;

  constructor(baseUrl: string, options: TransportOptions) {
    if (typeof baseUrl !== 'string' || /[?#]/.test(baseUrl))
      throw new TypeError(
        `Expected the base URL to be where the router is mounted, like "https://example.com/tasks", got ${JSON.stringify(baseUrl)}.`,
      );
    this.#base = baseUrl.replace(/\/+$/, '');
    this.#options = options;
  }

  /** The answer as soon as it begins, if it is one of success. Rejects with the reason of the signal where that fires. */
  async open(question: Question): Promise<Response> {
    const { method, path, query = {}, body, signal } = question;
    const url = this.#url(path, query);
    const where = `${method} ${url}`;
    const { fetch: send = globalThis.fetch, credentials } = this.#options;
    const own = await this.#ownHeaders(where);
    signal?.throwIfAborted();
    const response = await send(url, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...own,
        ...question.headers,
      },
      ...NO_STORE,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(credentials !== undefined && { credentials }),
      ...(signal !== undefined && { signal }),
    }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      const detail = `No answer to ${where}: ${told(cause)}`;
      throw new TaskApiError({ code: 'NETWORK', detail, cause });
    });
    const { status } = response;
    if (response.ok || status === 304) return response;
    const type = response.headers.get('content-type') ?? '';
    if (status === question.alsoAnswers && /^application\/json\b/i.test(type)) return response;
    const problem = await readProblem(response, where);
    signal?.throwIfAborted();
    throw problem;
  }

  /** The whole answer. With `timeoutMs` it has to be there by then. */
  async exchange(question: Question, timeoutMs: number | null = null): Promise<Answer> {
    const abort = new LinkedAbort(question.signal);
    const where = `${question.method} ${question.path}`;
    if (timeoutMs !== null) {
      const detail = `No answer to ${where} within ${timeoutMs} ms.`;
      abort.after(timeoutMs, new TaskApiError({ code: 'NETWORK', detail }));
    }
    try {
      const response = await this.open({ ...question, signal: abort.signal });
      const { status, headers } = response;
      if (status === 304) return { status, headers, body: null };
      const read = question.answer === 'text' ? readPlain : readJson;
      return { status, headers, body: await read(response, where) };
    } catch (error) {
      abort.signal.throwIfAborted();
      throw error;
    } finally {
      abort.release();
    }
  }

  async ask<T>(question: Question, timeoutMs: number | null = null): Promise<T> {
    return (await this.exchange(question, timeoutMs)).body as T;
  }

  #url(path: string, query: Readonly<Record<string, unknown>>): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      // Of several values it has commas between them.
      if (value !== undefined && value !== null) search.set(name, `${value as string}`);
    const asked = search.toString();
    const text = `${this.#base}${path}${asked === '' ? '' : `?${asked}`}`;
    const page = (globalThis as { location?: { readonly href: string } }).location?.href;
    try {
      new URL(text, page);
      return text;
    } catch (cause) {
      throw new TypeError(
        `Expected the base URL to be absolute where there is no page, like "https://example.com/tasks", got ${JSON.stringify(this.#base)}.`,
        { cause },
      );
    }
  }

  /** A token that cannot be had now, maybe because the network is away, may be had later. */
  async #ownHeaders(where: string): Promise<Headers> {
    const { headers = {} } = this.#options;
    if (typeof headers !== 'function') return headers;
    try {
      return await headers();
    } catch (cause) {
      if (cause instanceof TaskApiError) throw cause;
      const detail = `No headers for ${where}: ${told(cause)}`;
      throw new TaskApiError({ code: 'NETWORK', detail, cause });
    }
  }
}

/** No answer is of any use later; browsers heed that, and the types of Node do not know it. */
const NO_STORE = { cache: 'no-store' } as const;

/** Node's own message says only that it failed; the reason is its cause. */
function told(error: unknown): string {
  const { message, cause } = (error ?? {}) as { message?: unknown; cause?: { message?: unknown } };
  const reason = cause?.message;
  if (typeof message !== 'string') return String(error);
  return typeof reason === 'string' && reason !== '' ? `${message} (${reason})` : message;
}

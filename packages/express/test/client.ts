import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { checkAnswer } from '../../http/test/declared-answer.js';
import { belowMount } from './mount.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  json<T>(): T;
}

export interface Question {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Whether a stream is left as soon as it begins, instead of being read until it ends. */
  readonly leaveStreams?: boolean;
}

/**
 * Asks one server over kept connections; a path goes out byte by byte as it is given. An answer from below the mount that
 * the OpenAPI document does not have rejects.
 */
export class Client {
  readonly port: number;
  readonly #base: string;
  readonly #mounts: readonly string[];
  readonly #agent: Agent;

  /** `base` goes before every path. `mounts`: where the API is. */
  constructor(port: number, base = '', mounts: readonly string[] = [base], connections = 16) {
    this.port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.#base = base;
    this.#mounts = mounts;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.ask('GET', path, { headers });
  }

  delete(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.ask('DELETE', path, { headers });
  }

  async ask(method: string, path: string, question: Question = {}): Promise<Reply> {
    const reply = await this.#send(method, this.#base + path, question);
    const below = belowMount(this.#base + path, this.#mounts);
    const wasLeft = question.leaveStreams === true && isStream(reply.headers);
    if (below !== null && !isOfParser(reply))
      checkAnswer({ ...reply, body: wasLeft ? null : reply.body, method, path: below });
    return reply;
  }

  #send(method: string, path: string, question: Question): Promise<Reply> {
    const { headers = {}, body, leaveStreams = false } = question;
    return new Promise((resolve, reject) => {
      // Node sends the body of a DELETE without saying how long it is.
      const length = body !== undefined && !('Transfer-Encoding' in headers);
      const sent = length
        ? { 'Content-Length': String(Buffer.byteLength(body)), ...headers }
        : headers;
      const to = { host: '127.0.0.1', port: this.port, agent: this.#agent };
      const req = request({ ...to, method, path, headers: sent }, (res) => {
        const chunks: Buffer[] = [];
        const answer = (): void => {
          const text = Buffer.concat(chunks).toString('utf8');
          const { statusCode = 0, headers: received } = res;
          const json = <T>(): T => JSON.parse(text) as T;
          resolve({ status: statusCode, headers: received, body: text, json });
        };
        res.once('error', reject);
        if (leaveStreams && isStream(res.headers)) {
          answer();
          req.destroy();
          return;
        }
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.once('end', answer);
      });
      req.once('error', reject);
      req.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function isStream(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('text/event-stream') ?? false;
}

/** Node refuses what is no HTTP by itself, before any application; only such an answer has no date. */
function isOfParser({ status, headers }: Pick<Reply, 'status' | 'headers'>): boolean {
  return status === 400 && headers.date === undefined;
}

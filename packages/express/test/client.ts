import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  json<T>(): T;
}

export interface Question {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Asks one server over kept connections; a path goes out byte by byte as it is given. */
export class Client {
  readonly port: number;
  readonly #base: string;
  readonly #agent: Agent;

  /** `base` goes before every path. */
  constructor(port: number, base = '', connections = 16) {
    this.port = port;
    this.#base = base;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.ask('GET', path, { headers });
  }

  delete(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.ask('DELETE', path, { headers });
  }

  ask(method: string, path: string, { headers = {}, body }: Question = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      // Node sends the body of a DELETE without saying how long it is.
      const length = body !== undefined && !('Transfer-Encoding' in headers);
      const sent = length
        ? { 'Content-Length': String(Buffer.byteLength(body)), ...headers }
        : headers;
      const to = { host: '127.0.0.1', port: this.port, agent: this.#agent };
      const req = request({ ...to, method, path: this.#base + path, headers: sent }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.once('error', reject);
        res.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const { statusCode = 0, headers: received } = res;
          const json = <T>(): T => JSON.parse(text) as T;
          resolve({ status: statusCode, headers: received, body: text, json });
        });
      });
      req.once('error', reject);
      req.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

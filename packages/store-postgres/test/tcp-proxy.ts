import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be disturbed. */
export class TcpProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** What a request contains whose answer is not let through. */
  #fatalRequest: string | null = null;
  #fatalIn = 0;
  #forbidden: string | null = null;
  #answersCut = 0;
  #refused = 0;
  #silent = false;
  #refuses = false;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#join(client));
  }

  static async to(port: number): Promise<TcpProxy> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new TcpProxy(server, port);
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy is closed.');
    return address.port;
  }

  /** How many answers were kept back since the start. */
  get answersCut(): number {
    return this.#answersCut;
  }

  /** How many connections and requests were refused since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** Cuts every connection, at both ends. New ones are let through. */
  cut(): void {
    for (const [client, server] of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  /** Cuts every connection, and lets none through until it is told otherwise. */
  refuse(refuses: boolean): void {
    this.#refuses = refuses;
    if (refuses) this.cut();
  }

  /** Lets nothing through and says nothing of it, as a machine does whose cable was pulled; `false`: goes on. */
  silence(silent: boolean): void {
    this.#silent = silent;
    for (const socket of [...this.#pairs].flat()) {
      if (silent) socket.pause();
      else socket.resume();
    }
  }

  /** The `nth` request from now on that contains `text` reaches the server, and the connection is cut when that answers. */
  cutAnswerTo(text: string, nth = 1): void {
    this.#fatalRequest = text;
    this.#fatalIn = nth;
  }

  /** Cuts every connection that asks for something with `text` in it, before the server hears of it. */
  forbid(text: string): void {
    this.#forbidden = text;
  }

  async close(): Promise<void> {
    this.cut();
    await once(this.#server.close(), 'close');
  }

  #join(client: Socket): void {
    if (this.#refuses) {
      this.#refused++;
      client.destroy();
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    let isFatal = false;
    client.on('data', (data) => {
      if (this.#forbidden !== null && data.includes(this.#forbidden)) {
        this.#refused++;
        client.destroy();
        return;
      }
      const isMeant = this.#fatalRequest !== null && data.includes(this.#fatalRequest);
      if (isMeant && --this.#fatalIn === 0) {
        this.#fatalRequest = null;
        isFatal = true;
      }
      server.write(data);
    });
    server.on('data', (data) => {
      if (!isFatal) return void client.write(data);
      this.#answersCut++;
      client.destroy();
      server.destroy();
    });
    for (const [one, other] of [pair, [server, client] as const]) {
      one.on('error', () => {});
      one.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
      if (this.#silent) one.pause();
    }
  }
}

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { closeLater } from './task-server.js';

/** A way to several servers, each in turn, that cuts every connection after so many bytes of answer. */
export class CuttingProxy {
  readonly port: number;
  #cuts = 0;
  #connections = 0;
  readonly #targets: readonly number[];
  readonly #bytes: () => number;
  readonly #isEnough: (cuts: number) => boolean;

  private constructor(server: Server, targets: readonly number[], options: CuttingProxyOptions) {
    this.port = (server.address() as AddressInfo).port;
    this.#targets = targets;
    this.#bytes = options.bytes;
    this.#isEnough = (cuts) => cuts >= options.cuts;
    server.on('connection', (client: Socket) => this.#join(client));
  }

  static async to(targets: readonly number[], options: CuttingProxyOptions): Promise<CuttingProxy> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    closeLater(() => server.close());
    return new CuttingProxy(server, targets, options);
  }

  /** Connections that were cut. */
  get cuts(): number {
    return this.#cuts;
  }

  #join(client: Socket): void {
    const target = this.#targets[this.#connections++ % this.#targets.length] as number;
    const server = connect(target, '127.0.0.1');
    let left = this.#isEnough(this.#cuts) ? Infinity : this.#bytes();
    client.pipe(server);
    server.on('data', (data) => {
      client.write(data.subarray(0, left));
      left -= data.length;
      if (left > 0) return;
      this.#cuts++;
      server.destroy();
      // What was written still arrives.
      client.destroySoon();
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroySoon());
    }
  }
}

export interface CuttingProxyOptions {
  /** How many connections are cut; later ones are let through. */
  readonly cuts: number;
  /** Of the answer to the next connection, headers included. */
  readonly bytes: () => number;
}

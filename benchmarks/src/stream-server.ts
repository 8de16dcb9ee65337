import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Measured, Order } from './stream-worker.js';

const worker = fileURLToPath(new URL('stream-worker.js', import.meta.url));

/** A process that serves streams. */
export class StreamServer {
  readonly #child = fork(worker, { execArgv: ['--expose-gc'] });
  #port = 0;

  static async start(): Promise<StreamServer> {
    const server = new StreamServer();
    const [{ port }] = (await once(server.#child, 'message')) as [{ port: number }];
    server.#port = port;
    return server;
  }

  /** A client that has been told where things stand. */
  async open(): Promise<Socket> {
    const socket = connect(this.#port, '127.0.0.1');
    socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    let text = '';
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.on('data', function take(chunk: Buffer) {
        text += chunk.toString('latin1');
        if (!text.includes('event: snapshot')) return;
        socket.off('data', take);
        resolve();
      });
    });
    return socket.resume();
  }

  order(order: Order): void {
    this.#child.send(order);
  }

  async measure(): Promise<Measured> {
    this.order({ do: 'measure' });
    const [measured] = (await once(this.#child, 'message')) as [Measured];
    return measured;
  }

  stop(): void {
    this.#child.disconnect();
  }
}

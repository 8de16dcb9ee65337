import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import type { TaskMonitor } from '@task-monitor/core';
import { type TaskRouterOptions, taskRouter } from '@task-monitor/express';
import express from 'express';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** `close` is called when the test is over; what was opened last is closed first. */
export function closeLater(close: () => unknown): void {
  opened.push(close);
}

/** A server that can be killed, and started again at the same place. */
export class TestServer {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Serves `listener` until the test is over. */
  static async start(listener: RequestListener, port = 0): Promise<TestServer> {
    const server = createServer(listener);
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    const started = new TestServer(server, sockets);
    closeLater(() => started.kill());
    return started;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Resolves when no connection is open any more. */
  async left(): Promise<void> {
    for (const socket of this.#sockets) if (!socket.closed) await once(socket, 'close');
  }

  /** Cuts every connection and takes no more, as the end of its process does. */
  async kill(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** An application of Express with the router mounted at `/tasks`. */
export function appOf(monitor: TaskMonitor, options?: TaskRouterOptions): express.Express {
  return express().use('/tasks', taskRouter(monitor, options));
}

export function baseUrl(port: number): string {
  return `http://127.0.0.1:${port}/tasks`;
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { taskRouter, type TaskRouterOptions } from '@task-monitor/express';
import express from 'express';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** `close` is called when the test is over; what was opened last is closed first. */
export function closeLater(close: () => unknown): void {
  opened.push(close);
}

/** A monitor, served at `/tasks` by a server that can be killed, and started again at the same place. */
export class TaskServer {
  readonly monitor: TaskMonitor;
  readonly #options: TaskRouterOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  private constructor(monitor: TaskMonitor, options: TaskRouterOptions) {
    this.monitor = monitor;
    this.#options = options;
  }

  static async start(
    options: TaskRouterOptions = {},
    monitor = new TaskMonitor({ captureStacks: false }),
  ): Promise<TaskServer> {
    closeLater(() => monitor.close());
    const server = new TaskServer(monitor, options);
    await server.listen();
    closeLater(() => server.kill());
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/tasks`;
  }

  async listen(): Promise<void> {
    const server = createServer(express().use('/tasks', taskRouter(this.monitor, this.#options)));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await once(server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Cuts every connection and takes no more, as the end of its process does. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** A task that runs, and is driven by hand. */
export async function runningTask(
  { monitor }: TaskServer,
  options: Parameters<TaskMonitor['register']>[0],
): Promise<string> {
  const { id } = await monitor.register(options);
  await monitor.start(id);
  return id;
}

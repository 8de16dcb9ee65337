import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TaskMonitor } from '@task-monitor/core';
import { createTaskHandler } from '@task-monitor/http';

/** A process that serves streams and nothing else, and does what its parent tells it. */
export type Order =
  | { readonly do: 'measure' }
  /** Registers `count` tasks a second, each with the microsecond at which it was. */
  | { readonly do: 'register'; readonly count: number };

export interface Measured {
  readonly rss: number;
  readonly heap: number;
  readonly cpuMs: number;
}

const monitor = new TaskMonitor();
const handle = createTaskHandler(monitor, { maxStreams: 100_000 });
const server = createServer((req, res) => void handle(req, res, req.url ?? '/'));
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  tell({ port: (server.address() as AddressInfo).port });
});

let registered = 0;
process.on('message', (order: Order) => {
  if (order.do === 'measure') {
    const { gc } = globalThis;
    if (gc === undefined) throw new Error('This has to run with --expose-gc.');
    gc();
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    tell({ rss, heap: heapUsed, cpuMs: (user + system) / 1_000 });
    return;
  }
  let left = order.count;
  const timer = setInterval(() => {
    if (left-- === 0) return clearInterval(timer);
    const sent = Number(process.hrtime.bigint() / 1_000n);
    void monitor.register({ id: `task-${++registered}`, metadata: { sent } });
  }, 100);
});
process.on('disconnect', () => process.exit());

function tell(message: Measured | { readonly port: number }): void {
  process.send?.(message);
}

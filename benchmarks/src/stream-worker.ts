import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TaskMonitor } from '@task-monitor/core';
import { createTaskHandler } from '@task-monitor/http';

/** A process that serves streams and nothing else, and does what its parent tells it. */
export type Order =
  | { readonly do: 'measure' }
  /** Registers `count` tasks, `perSecond` of them, each with its number from 1 and the microsecond at which it was. */
  | { readonly do: 'register'; readonly count: number; readonly perSecond: number };

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
  register(order);
});
process.on('disconnect', () => process.exit());

/** At a steady pace: what a late timer has left out is made up for, so that the clients are told as many a second. */
function register({ count, perSecond }: Extract<Order, { readonly do: 'register' }>): void {
  const startedAt = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    for (; done < Math.min(count, due); done++) {
      const sent = Number(process.hrtime.bigint() / 1_000n);
      void monitor.register({ metadata: { number: ++registered, sent } });
    }
    if (done === count) clearInterval(timer);
  }, 1_000 / perSecond);
}

function tell(message: Measured | { readonly port: number }): void {
  process.send?.(message);
}

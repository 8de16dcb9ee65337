import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TaskMonitor } from '@task-monitor/core';
import { taskRouter } from '@task-monitor/express';
import express from 'express';
import { LAST_PROGRESS, parsedExampleTask, PROGRESS } from './example-task.js';

/** A process that serves tasks, or ready-made answers, and nothing else, as its parent's first message says. */
export type Order = { readonly serve: 'tasks'; readonly count: number } | ReadyMade;

/** The bodies of answers by path: made from an object each time by Express, or sent as they are. */
interface ReadyMade {
  readonly serve: 'json' | 'bytes';
  readonly bodies: Readonly<Record<string, string>>;
}

/** What is told once it serves. */
export interface Serving {
  /** Where each path is served; tasks are all at one port. */
  readonly ports: Readonly<Record<string, number>>;
  /** Ids of some of the tasks, from the first to the last. */
  readonly ids: readonly string[];
}

/** As many tasks are asked for by their ids. */
const ASKED = 100;

process.on('message', (order: Order | 'cpu') => {
  if (order !== 'cpu') return void serve(order).then((serving) => process.send?.(serving));
  const { user, system } = process.cpuUsage();
  process.send?.((user + system) / 1_000);
});
process.on('disconnect', () => process.exit());

async function serve(order: Order): Promise<Serving> {
  if (order.serve !== 'tasks') return { ports: await serveReadyMade(order), ids: [] };
  const monitor = new TaskMonitor({ retention: false });
  const ids = await fill(monitor, order.count);
  const port = await listen(express().use('/tasks', taskRouter(monitor)));
  return { ports: { '': port }, ids };
}

/** A server for each path: that of Express has no other route to look at. */
async function serveReadyMade({ serve, bodies }: ReadyMade): Promise<Record<string, number>> {
  const ports: Record<string, number> = {};
  for (const [path, body] of Object.entries(bodies)) {
    const answer: unknown = JSON.parse(body);
    const bytes = Buffer.from(body);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': bytes.length };
    ports[path] = await listen(
      serve === 'json'
        ? express().get(path, (_req, res) => void res.json(answer))
        : (_req, res) => void res.writeHead(200, headers).end(bytes),
    );
  }
  return ports;
}

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Of a hundred tasks one is pending, one runs, eight failed, two are cancelled. */
async function fill(monitor: TaskMonitor, count: number): Promise<readonly string[]> {
  const asked: string[] = [];
  const step = Math.max(1, Math.floor(count / ASKED));
  for (let n = 0; n < count; n++) {
    const { id } = await monitor.register(parsedExampleTask(n));
    if (n % step === 0 && asked.length < ASKED) asked.push(id);
    const place = n % 100;
    if (place === 98) continue;
    await monitor.start(id);
    await monitor.progress(id, PROGRESS);
    if (place === 99) continue;
    if (place < 8) await monitor.fail(id, 'The file is empty.');
    else if (place < 10) await monitor.cancel(id);
    else await monitor.complete(id, { progress: LAST_PROGRESS });
  }
  return asked;
}

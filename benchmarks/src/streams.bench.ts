import type { Socket } from 'node:net';
import { publish, type Row } from './report.js';
import { readSettings } from './settings.js';
import { StreamServer } from './stream-server.js';

/**
 * What does an open stream cost, and when does a change arrive, with many of them? The server is a process of its own; all
 * clients are in this one, so the later half of a delay is that of reading so many sockets.
 */
const settings = readSettings(process.argv.slice(2));
const SIZES = settings.once ? [20] : [1_000, 10_000];
const EVENTS = settings.once ? 2 : 100;
/** Clients that come and go before the heap is measured again. */
const VISITS = settings.once ? 20 : 10_000;

const rows: Row[] = [];
for (const size of SIZES) rows.push(await measure(size));
const visits = await comeAndGo();
const last = rows.at(-1) ?? {};
publish(
  {
    name: 'streams',
    rows,
    aims: [
      { what: 'KB of resident memory a client', measured: Number(last['KB rss']), atMost: 30 },
      { what: 'ms to a client, 99 of 100', measured: Number(last['p99 ms']), atMost: 1_000 },
      { what: `MB of heap after ${VISITS} visits`, measured: visits, atMost: 5 },
    ],
  },
  settings,
);

async function measure(size: number): Promise<Row> {
  const server = await StreamServer.start();
  const warmed = await server.open();
  const before = await server.measure();
  const delays: number[] = [];
  const sockets: Socket[] = [];
  while (sockets.length < size) {
    const some = Array.from({ length: Math.min(100, size - sockets.length) }, () => server.open());
    sockets.push(...(await Promise.all(some)));
  }
  const open = await server.measure();
  const told = new Promise<void>((resolve) => {
    for (const socket of sockets) {
      socket.on('data', (chunk: Buffer) => {
        const now = Number(process.hrtime.bigint() / 1_000n);
        for (const [, sent] of chunk.toString('latin1').matchAll(/"sent":(\d+)/g))
          delays.push((now - Number(sent)) / 1_000);
        if (delays.length === size * EVENTS) resolve();
      });
    }
  });
  server.order({ do: 'register', count: EVENTS });
  await told;
  const after = await server.measure();
  for (const socket of [warmed, ...sockets]) socket.destroy();
  server.stop();
  delays.sort((a, b) => a - b);
  const at = (share: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? NaN;
  return {
    clients: size,
    'KB rss': (open.rss - before.rss) / 1_024 / size,
    'KB heap': (open.heap - before.heap) / 1_024 / size,
    'KB rss while told': (after.rss - before.rss) / 1_024 / size,
    'events sent': size * EVENTS,
    'µs of processor an event': ((after.cpuMs - open.cpuMs) * 1_000) / (size * EVENTS),
    'p50 ms': at(0.5),
    'p99 ms': at(0.99),
    'max ms': at(1),
  };
}

/** How much the heap has grown, in MB, after so many clients have come and gone. */
async function comeAndGo(): Promise<number> {
  const server = await StreamServer.start();
  const visit = async (count: number): Promise<void> => {
    for (let visits = 0; visits < count; visits += 20) {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => server.open()));
      for (const socket of sockets) socket.destroy();
    }
  };
  await visit(Math.min(VISITS, 1_000));
  const before = await server.measure();
  await visit(VISITS);
  const after = await server.measure();
  server.stop();
  return (after.heap - before.heap) / 1_048_576;
}
